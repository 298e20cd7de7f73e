import { LayersError } from "./layers-error.ts";
import type { Policy } from "./policy.ts";
import { sleep, withTimeout } from "./timeout.ts";

const firstBackoffMs = 250;

/** One call's policy: the client's, the call's own timeout and signal, and what the operation allows. */
export interface RunPolicy extends Policy {
  readonly signal?: AbortSignal | undefined;
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
}

/** Runs a try, and again while the policy allows. Each try has its own timeout. */
export async function run<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  policy: RunPolicy,
): Promise<T> {
  let patienceMs = policy.maxRetryAfterSeconds * 1000;
  for (let tried = 0; ; tried++) {
    try {
      return await withTimeout(attempt, policy);
    } catch (error) {
      const again = policy.repeatable && tried < policy.retries;
      const delayMs = again ? delayBefore(error, tried) : undefined;
      if (delayMs === undefined || delayMs > patienceMs) throw error;
      patienceMs -= delayMs;
      await sleep(delayMs, policy.signal);
    }
  }
}

/** Milliseconds to wait before the next try; undefined when there is no point in one. */
function delayBefore(error: unknown, tried: number): number | undefined {
  if (!(error instanceof LayersError)) return undefined;
  const overloaded = error.status === 429 || error.status === 503;
  const unanswered = error.code === "NETWORK_ERROR" || error.code === "TIMEOUT";
  if (!overloaded && !unanswered) return undefined;
  return error.retryAfter === undefined ? backoffMs(tried) : error.retryAfter * 1000;
}

/** Doubles each time; between half and all of it, so that clients do not come back in step. */
const backoffMs = (tried: number): number =>
  firstBackoffMs * 2 ** tried * (0.5 + Math.random() / 2);
