import type { RequestLine } from "@layers/http-edge";
import type { Ending } from "../jobs/run-job.ts";
import type { Counts } from "./counts.ts";

/** What the service counts. No label is made of what somebody sent, or names anybody. */
export interface Metrics extends Counts {
  /** A request that is over. */
  observeRequest(line: Pick<RequestLine, "route" | "transport" | "status" | "durationMs">): void;
  /** A request to GitHub, or one that was not sent. */
  observeGitHubCall(call: GitHubCall): void;
  /** A run of a job that is over. */
  observeJob(run: JobRunEnded): void;
}

/**
 * How a request to GitHub ended: with an answer; with GitHub's refusal because there were too many; with
 * 5xx; without an answer; or it was not sent, because GitHub limits us or has just failed too often.
 */
export type GitHubOutcome =
  | "answered"
  | "limited"
  | "failed"
  | "unreachable"
  | "timeout"
  | "paused"
  | "circuit_open";

export interface GitHubCall {
  /** Such as `GET /app/installations/{installation_id}`: with no value in it. */
  readonly route: string;
  /** The class of callers that GitHub counts it against, such as `installation`. */
  readonly callClass: string;
  readonly outcome: GitHubOutcome;
  readonly status?: number | undefined;
  /** Undefined when it was not sent. */
  readonly durationMs?: number | undefined;
  /** What GitHub says is left of the caller's limit: its share, in 0 … 1, and in which epoch millisecond it is whole again. */
  readonly budget?: { readonly left: number; readonly resetAt: number };
}

export interface JobRunEnded {
  readonly kind: string;
  readonly ending: Ending;
  /** Since somebody asked for the job. */
  readonly ageSeconds: number;
}
