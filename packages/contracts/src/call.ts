import type { ErrorEnvelope } from "./errors.ts";

/** One call of an operation, whichever transport it came by. */
export interface CallRequest {
  /** The operation's name, such as `github.installUrl`. */
  readonly name: string;
  /** Not parsed yet. */
  readonly input: unknown;
  /** The `Authorization` header as received. */
  readonly authorization: string | undefined;
  /** The `Idempotency-Key` header as received. */
  readonly idempotencyKey: string | undefined;
  /** `req_` + ULID. */
  readonly requestId: string;
  /** The caller's address, after trusted proxies. */
  readonly remoteAddress: string;
}

/** What came of a call: what to answer over HTTP, success or not. */
export type Outcome =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  | {
      readonly ok: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: ErrorEnvelope;
    };

/** Runs an operation, in this process or on another machine. Never rejects. */
export type Call = (request: CallRequest) => Promise<Outcome>;
