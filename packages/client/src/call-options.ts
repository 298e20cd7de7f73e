import type { Operation, OperationInput } from "@layers/contracts";

/** What every call may be given as its second argument. */
export interface CallOptions {
  /** Stops the call, between two tries too. It then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that each try may take, instead of the client's. */
  readonly timeoutMs?: number | undefined;
}

/** The second argument of a call whose first success is replayed under the same key. */
export interface ReplayableCallOptions extends CallOptions {
  /**
   * 1 to 255 printable ASCII characters. Within 24 hours the same key and input give the same answer,
   * so the call is also retried like one that reads.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Whether an operation takes an `idempotencyKey`: as `acceptsIdempotencyKey` says, for types. */
type MayReplay<O extends Operation> = O extends
  | { readonly kind: "query" }
  | { readonly idempotency: "ignored" }
  ? false
  : [Extract<O["rest"], `POST ${string}`>] extends [never]
    ? false
    : true;

/** The options of an operation's call. */
export type CallOptionsOf<O extends Operation> =
  MayReplay<O> extends true ? ReplayableCallOptions : CallOptions;

/** Whether an input may be left out: no key of it is required. */
export type IsOptional<Input> = Omit<Input, keyof Input> extends Input ? true : false;

/** The arguments of an operation's call. */
export type CallArguments<O extends Operation> =
  IsOptional<OperationInput<O>> extends true
    ? [input?: OperationInput<O> | undefined, options?: CallOptionsOf<O> | undefined]
    : [input: OperationInput<O>, options?: CallOptionsOf<O> | undefined];
