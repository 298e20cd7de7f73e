import {
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { type Answer, githubRequestIdOf } from "./answers.ts";
import { millisecondsLeft } from "./deadline.ts";
import { createRetryBudget } from "./retry-budget.ts";

/** A failure on the way, after which a harmless request may be repeated. */
export class TransientFailure extends Error {
  readonly status: number | undefined;
  /** Under which GitHub's support finds it. */
  readonly githubRequestId: string | undefined;

  /** @param answer GitHub's 5xx, if it answered at all */
  constructor(answer?: Pick<Answer, "status" | "headers">) {
    super(answer ? `GitHub answered ${answer.status}.` : "GitHub could not be reached.");
    this.status = answer?.status;
    this.githubRequestId = answer && githubRequestIdOf(answer);
  }
}

/** How a call to GitHub is made; each class of calls has a circuit of its own. */
export interface Policies {
  /** @param harmless whether the call may be repeated */
  of(callClass: string, harmless: boolean): IPolicy;
}

const totalMilliseconds = 8000;
/** Half of at least twenty calls in ten seconds. */
const breaking = { threshold: 0.5, duration: 10_000, minimumRps: 2 };
/** How long an open circuit waits before it lets one call through to look. */
export const halfOpenMilliseconds = 5000;

/**
 * Eight seconds in all, or what is left of the deadline; two more tries for what is harmless, as long
 * as tries are at most a tenth of all calls; and a circuit that opens when most calls fail.
 */
export function createPolicies(): Policies {
  const budget = createRetryBudget();
  const again = retry(
    handleWhen((error) => error instanceof TransientFailure && budget.takeRetry()),
    { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1000 }) },
  );
  const circuits = new Map<string, IPolicy>();

  const circuitOf = (callClass: string) => {
    const circuit =
      circuits.get(callClass) ??
      circuitBreaker(handleWhen(isOutage), {
        halfOpenAfter: halfOpenMilliseconds,
        breaker: new SamplingBreaker(breaking),
      });
    circuits.set(callClass, circuit);
    return circuit;
  };
  return {
    of(callClass, harmless) {
      budget.countCall();
      const milliseconds = Math.max(1, Math.min(totalMilliseconds, millisecondsLeft()));
      const once = timeout(milliseconds, TimeoutStrategy.Aggressive);
      return wrap(circuitOf(callClass), harmless ? wrap(once, again) : once);
    },
  };
}

/** Whether GitHub did not answer. What it answers, refusals too, shows that it is there. */
export const isOutage = (error: unknown): boolean =>
  error instanceof TransientFailure || error instanceof TaskCancelledError;
