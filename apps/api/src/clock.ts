/** Tells the time in epoch microseconds. */
export type Clock = () => number;

const { timeOrigin } = performance;

/** The machine's clock. `Date` has no microseconds, the performance timer has. */
export const systemClock: Clock = () => Math.round((timeOrigin + performance.now()) * 1000);

const second = 1_000_000;

/** Lengths of time in microseconds. */
export const seconds = (count: number): number => count * second;
export const minutes = (count: number): number => seconds(count * 60);
export const hours = (count: number): number => minutes(count * 60);
export const days = (count: number): number => hours(count * 24);

/** Writes epoch microseconds as `2026-04-18T19:29:09.000Z`. */
export const toTime = (at: number): string => new Date(Math.floor(at / 1000)).toISOString();

/** Writes epoch microseconds as `2026-04-18T19:14:09.123456+00:00`. */
export function toPreciseTime(at: number): string {
  const micros = String(at % 1000).padStart(3, "0");
  return `${toTime(at).slice(0, -1)}${micros}+00:00`;
}
