import { type ErrorCode, type ErrorEnvelope, errorCatalog, type Issue } from "./errors.ts";

export interface AppErrorOptions {
  /** Validation issues; the envelope's `fieldErrors` follow from them. */
  readonly issues?: readonly Issue[];
  /** Seconds to wait before another try. Statuses 429, 502 and 503 have one of their own. */
  readonly retryAfter?: number;
  /** Response headers that belong to this error, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What went wrong underneath: logged, never sent. */
  readonly cause?: unknown;
}

const defaultRetryAfterSeconds: Partial<Record<number, number>> = { 429: 60, 502: 5, 503: 5 };

/** The only error that our code throws on purpose: a code of the catalog and what belongs to it. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly issues: readonly Issue[] | undefined;
  readonly retryAfter: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(errorCatalog[code].error, { cause: options.cause });
    this.code = code;
    this.status = errorCatalog[code].status;
    this.issues = options.issues;
    this.retryAfter = options.retryAfter ?? defaultRetryAfterSeconds[this.status];
    this.headers =
      this.retryAfter === undefined
        ? { ...options.headers }
        : { ...options.headers, "Retry-After": String(this.retryAfter) };
  }

  /** The body to send. */
  get envelope(): ErrorEnvelope {
    return {
      error: errorCatalog[this.code].error,
      code: this.code,
      ...(this.issues && { fieldErrors: toFieldErrors(this.issues), issues: [...this.issues] }),
      ...(this.retryAfter !== undefined && { retryAfter: this.retryAfter }),
      ...(this.code === "GITHUB_RECONNECT" && { reconnect: true as const }),
    };
  }
}

/** Turns anything thrown into an `AppError`. What is unknown becomes `INTERNAL`, kept as the cause. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError("INTERNAL", { cause: error });
}

/** An invalid field outside of what a schema can say. */
export function invalid(path: string, message: string): AppError {
  return new AppError("VALIDATION", { issues: [{ path, message }] });
}

function toFieldErrors(issues: readonly Issue[]): Record<string, string> {
  const first = new Map<string, string>();
  for (const { path, message } of issues) if (!first.has(path)) first.set(path, message);
  return Object.fromEntries(first);
}
