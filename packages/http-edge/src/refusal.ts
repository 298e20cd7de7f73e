import { AppError, type ErrorEnvelope } from "@layers/contracts";

/** What to answer instead of serving a request. Every `AppError` is one. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope: ErrorEnvelope;
}

/** A request that HTTP has a status of its own for, and the error catalog has not. */
function unreadable(status: number): Refusal {
  return { status, headers: {}, envelope: new AppError("BAD_REQUEST").envelope };
}

export const refusals = {
  timeout: () => unreadable(408),
  headersTooLarge: () => unreadable(431),
  malformed: () => new AppError("BAD_REQUEST"),
  uriTooLong: () => new AppError("URI_TOO_LONG"),
} satisfies Record<string, () => Refusal>;
