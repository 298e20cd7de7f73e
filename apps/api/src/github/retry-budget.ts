/** Bounds how much our retries add to GitHub's load. */
export interface RetryBudget {
  countCall(): void;
  /** Whether one more try is within the budget; if so it is spent. */
  takeRetry(): boolean;
}

const perCall = 0.1;
const perSecond = 1;
const most = 10;

/** A tenth of all calls and one a second, saved up to ten. */
export function createRetryBudget(now: () => number = () => performance.now()): RetryBudget {
  let saved = most;
  let updatedAt = now();
  const refill = (amount: number) => {
    const seconds = (now() - updatedAt) / 1000;
    updatedAt = now();
    saved = Math.min(most, saved + seconds * perSecond + amount);
  };
  return {
    countCall: () => refill(perCall),
    takeRetry() {
      refill(0);
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
