import { seconds } from "../clock.ts";

/** Seconds before each further try: 5 s, 30 s, 5 min, 30 min, 2 h, 5 h, 10 h. */
export const standardDelays: readonly number[] = [5, 30, 300, 1800, 7200, 18_000, 36_000];

/** What fails together shall not come back together. */
const jitter = 0.2;

/** The wait after the given try, the first being 1, in microseconds. */
export function retryDelay(
  attempt: number,
  random: () => number,
  delays: readonly number[] = standardDelays,
): number {
  const delay = delays[Math.min(attempt, delays.length) - 1] ?? 0;
  return Math.round(seconds(delay) * (1 - jitter + random() * 2 * jitter));
}
