import type { ErrorCode, Issue } from "@layers/contracts";

/**
 * Why a call has no answer that could be used:
 * - `NETWORK_ERROR`: the request or its answer did not get through.
 * - `TIMEOUT`: no complete answer within `timeoutMs`.
 * - `BAD_RESPONSE`: something answered, but not as the service does (a proxy's page, a redirect).
 */
export type ClientErrorCode = "NETWORK_ERROR" | "TIMEOUT" | "BAD_RESPONSE";

/** Every code that this version knows. A newer service may send others: keep a default branch. */
export type LayersErrorCode = ErrorCode | ClientErrorCode;

/** What a {@link LayersError} holds beside its message. */
export interface LayersErrorDetails {
  readonly code: LayersErrorCode;
  readonly status?: number | undefined;
  readonly fieldErrors?: Readonly<Record<string, string>> | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly retryAfter?: number | undefined;
  readonly reconnect?: true | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** The one error of a call that failed, over REST and over tRPC alike. Never holds a credential. */
export class LayersError extends Error {
  override readonly name = "LayersError";
  /** Stable, for branching. */
  readonly code: LayersErrorCode;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The first message of each invalid field, by its path, such as `repositories[0]`. */
  readonly fieldErrors: Readonly<Record<string, string>> | undefined;
  /** All validation issues. */
  readonly issues: readonly Issue[] | undefined;
  /** Seconds to wait before another try. */
  readonly retryAfter: number | undefined;
  /** True when linking GitHub again may fix the error. */
  readonly reconnect: true | undefined;
  /** Names this call in the service's log, such as `req_01J…`: give it to support. */
  readonly requestId: string | undefined;

  constructor(message: string, details: LayersErrorDetails) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = details.code;
    this.status = details.status ?? 0;
    this.fieldErrors = details.fieldErrors;
    this.issues = details.issues;
    this.retryAfter = details.retryAfter;
    this.reconnect = details.reconnect;
    this.requestId = details.requestId;
  }
}

/** Whether something thrown is a {@link LayersError}, of another copy of this package too. */
export const isLayersError = (error: unknown): error is LayersError =>
  error instanceof Error && error.name === "LayersError";
