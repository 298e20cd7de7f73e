import type { AnyErrorEnvelope } from "./errors.ts";

/** The headers that a call depends on. */
export const callHeaders = [
  "authorization",
  "cookie",
  "idempotency-key",
  "origin",
  "sec-fetch-site",
  "x-organization-id",
] as const;

/** A request's headers, by their names in lower case, as received. */
export type CallHeaders = Readonly<Partial<Record<(typeof callHeaders)[number], string>>>;

/** One call of an operation, whichever transport it came by. */
export interface CallRequest {
  /** The operation's name, such as `github.installUrl`. */
  readonly name: string;
  /** Not parsed yet. */
  readonly input: unknown;
  readonly headers: CallHeaders;
  /** `req_` + ULID. */
  readonly requestId: string;
  /** The caller's address, after trusted proxies. */
  readonly remoteAddress: string;
}

/**
 * What came of a call: what to answer over HTTP, success or not. A `Link` header's targets are paths of
 * the REST routes.
 */
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
      readonly body: AnyErrorEnvelope;
    };

/** Runs an operation, in this process or on another machine. Never rejects. */
export type Call = (request: CallRequest) => Promise<Outcome>;
