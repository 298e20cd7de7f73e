import { AsyncLocalStorage } from "node:async_hooks";

interface Work {
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly requestId: string | undefined;
}

const works = new AsyncLocalStorage<Work>();

/** Less than a connection may be silent, so that a slow GitHub leaves time for an answer. */
const operationMilliseconds = 12_000;

/** Gives all calls to GitHub that `work` makes twelve seconds together, and their lines in the log its request's id. */
export const withDeadline = <T>(work: () => Promise<T>, requestId?: string): Promise<T> =>
  works.run({ deadline: performance.now() + operationMilliseconds, requestId }, work);

/** What is left; without end outside of `withDeadline`. */
export const millisecondsLeft = (): number =>
  (works.getStore()?.deadline ?? Number.POSITIVE_INFINITY) - performance.now();

/** The id of the request that what is done now is done for. */
export const requestIdOfWork = (): string | undefined => works.getStore()?.requestId;
