import { LayersError } from "./layers-error.ts";

// Longer delays overflow a timer and fire at once.
const maxTimerMs = 2 ** 31 - 1;

/** When to give up on something that runs. */
export interface Limits {
  /** Milliseconds; `Infinity` for no limit. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs with a signal that aborts at the caller's or after `timeoutMs`, and settles then even if what
 * runs does not listen.
 * @throws LayersError `TIMEOUT`
 * @throws the reason of the caller's signal
 */
export function withTimeout<T>(
  run: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal }: Limits,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const stop = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    const onAbort = () => stop(signal?.reason);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = startTimer(timeoutMs, () =>
      stop(new LayersError(`No answer within ${timeoutMs} ms.`, { code: "TIMEOUT" })),
    );
    run(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      });
  });
}

/**
 * Waits.
 * @throws the signal's reason, as soon as it aborts
 */
export function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return withTimeout(
    (aborted) =>
      new Promise((resolve) => {
        const timer = startTimer(delayMs, resolve);
        aborted.addEventListener("abort", () => clearTimeout(timer), { once: true });
      }),
    { timeoutMs: Number.POSITIVE_INFINITY, signal },
  );
}

const startTimer = (delayMs: number, then: () => void) =>
  delayMs === Number.POSITIVE_INFINITY
    ? undefined
    : setTimeout(then, Math.min(delayMs, maxTimerMs));
