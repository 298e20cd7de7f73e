import type { Log } from "../log.ts";
import type { GitHubCall, Metrics } from "../metrics/metrics.ts";
import {
  type Answer,
  type Attempt,
  type GitHubRequest,
  githubRequestIdOf,
  isLimit,
} from "./answers.ts";
import { requestIdOfWork } from "./deadline.ts";
import { TransientFailure } from "./policy.ts";

/** Who is told of what goes to GitHub. */
export interface CallWatch {
  readonly log: Pick<Log, "debug" | "warn">;
  readonly metrics: Pick<Metrics, "observeGitHubCall">;
}

export const nobodyWatches: CallWatch = {
  log: { debug() {}, warn() {} },
  metrics: { observeGitHubCall() {} },
};

/** What is known of an attempt when it is over. */
interface Ended extends Pick<GitHubCall, "outcome" | "status" | "budget"> {
  readonly githubRequestId: string | undefined;
}

/** Logs and counts each attempt, with the id under which GitHub's support finds it. */
export function watchAttempt(attempt: Attempt, watch: CallWatch): Attempt {
  return async (request, signal) => {
    const startedAt = performance.now();
    const report = (ended: Ended) =>
      reportEnd(watch, request, { ...ended, durationMs: performance.now() - startedAt });
    try {
      const answer = await attempt(request, signal);
      report(toEnded(answer));
      return answer;
    } catch (error) {
      const { status, githubRequestId } = error instanceof TransientFailure ? error : noAnswer;
      const silent = signal.aborted ? "timeout" : "unreachable";
      report({ outcome: status === undefined ? silent : "failed", status, githubRequestId });
      throw error;
    }
  };
}

const noAnswer = { status: undefined, githubRequestId: undefined };

const toEnded = (answer: Answer): Ended => ({
  outcome: isLimit(answer) ? "limited" : "answered",
  status: answer.status,
  githubRequestId: githubRequestIdOf(answer),
  ...toBudget(answer),
});

/** Counts a call that was not made. */
export function countUnsent(
  { metrics }: CallWatch,
  request: GitHubRequest,
  outcome: "paused" | "circuit_open",
): void {
  metrics.observeGitHubCall({ route: nameOf(request), callClass: classOf(request), outcome });
}

/** The class of callers whose limit a request counts against. */
export const classOf = ({ limitedBy }: GitHubRequest): string =>
  limitedBy.split(" ", 1)[0] ?? limitedBy;

const nameOf = ({ route, routeName }: GitHubRequest): string => routeName ?? route;

function reportEnd(
  { log, metrics }: CallWatch,
  request: GitHubRequest,
  { githubRequestId, ...ended }: Ended & Pick<GitHubCall, "durationMs">,
): void {
  const route = nameOf(request);
  metrics.observeGitHubCall({ ...ended, route, callClass: classOf(request) });
  const { outcome, status, durationMs } = ended;
  const requestId = requestIdOfWork();
  const fields = { requestId, githubRequestId, route, outcome, status, durationMs };
  if (outcome === "answered") log.debug(fields, "GitHub answered");
  else log.warn(fields, "GitHub did not serve a call");
}

/** What GitHub says of the rate limit that a call counted against. */
function toBudget({ headers }: Answer): Pick<GitHubCall, "budget"> {
  const numberOf = (name: string) => Number(headers[`x-ratelimit-${name}`]);
  const [limit, left, resetSeconds] = [numberOf("limit"), numberOf("remaining"), numberOf("reset")];
  const isTold = limit > 0 && left >= 0 && resetSeconds > 0;
  return isTold ? { budget: { left: left / limit, resetAt: resetSeconds * 1000 } } : {};
}
