import { AsyncLocalStorage } from "node:async_hooks";

const deadlines = new AsyncLocalStorage<number>();

/** Less than a connection may be silent, so that a slow GitHub leaves time for an answer. */
const operationMilliseconds = 12_000;

/** Gives all calls to GitHub that `work` makes twelve seconds together. */
export const withDeadline = <T>(work: () => Promise<T>): Promise<T> =>
  deadlines.run(performance.now() + operationMilliseconds, work);

/** What is left; without end outside of `withDeadline`. */
export const millisecondsLeft = (): number =>
  (deadlines.getStore() ?? Number.POSITIVE_INFINITY) - performance.now();
