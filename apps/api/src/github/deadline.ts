import { AsyncLocalStorage } from "node:async_hooks";

const deadlines = new AsyncLocalStorage<number>();

/** Gives all calls to GitHub that `work` makes so many milliseconds together. */
export const withDeadline = <T>(milliseconds: number, work: () => Promise<T>): Promise<T> =>
  deadlines.run(performance.now() + milliseconds, work);

/** What is left; without end outside of `withDeadline`. */
export const millisecondsLeft = (): number =>
  (deadlines.getStore() ?? Number.POSITIVE_INFINITY) - performance.now();
