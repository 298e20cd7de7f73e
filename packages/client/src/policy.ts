/** How a client waits and tries again. */
export interface PolicyOptions {
  /** Milliseconds that each try may take, the whole answer included. 10,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** How often a repeatable call is tried again. 2 by default; 0 for never. */
  readonly retries?: number | undefined;
  /** Seconds that a call may spend on waiting between its tries, in all. 30 by default. */
  readonly maxRetryAfterSeconds?: number | undefined;
}

/** {@link PolicyOptions} with the defaults filled in. */
export type Policy = { readonly [K in keyof PolicyOptions]-?: number };

/**
 * Fills in the defaults.
 * @throws TypeError for a number that makes no sense
 */
export function toPolicy(options: PolicyOptions): Policy {
  const { timeoutMs = 10_000, retries = 2, maxRetryAfterSeconds = 30 } = options;
  checkTimeout(timeoutMs);
  if (!(Number.isInteger(retries) && retries >= 0))
    throw new TypeError("retries must be a whole number, 0 or more.");
  if (!(maxRetryAfterSeconds >= 0))
    throw new TypeError("maxRetryAfterSeconds must be a number, 0 or more.");
  return { timeoutMs, retries, maxRetryAfterSeconds };
}

/** @throws TypeError unless it is a positive number or `Infinity` */
export function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0)) throw new TypeError("timeoutMs must be a number above 0.");
}
