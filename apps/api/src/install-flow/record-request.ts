import type { AttemptRow } from "@layers/storage";
import { days } from "../clock.ts";
import type { GitHubUser } from "../github/github.ts";
import type { InstallFlowDeps } from "./deps.ts";
import { leave } from "./leave.ts";
import type { Step } from "./step.ts";
import type { Trip } from "./trip.ts";

/** How long owners may take, and how long the partner then has to post the installation. */
export const approvalMicroseconds = days(7);
const maxRequested = 100;

/** A member asked his account's owners to approve: remember who asked, and for what. */
export async function recordRequest(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  { trip, user }: { readonly trip: Trip; readonly user: GitHubUser },
): Promise<Step> {
  const { store, github, clock } = deps;
  const now = clock();
  const waiting = await store.attempts.countLive(attempt.organizationId, ["requested"], now);
  if (waiting >= maxRequested && attempt.status !== "requested")
    return { kind: "notice", notice: "too_many_requests" };
  const requests = await github.findInstallationRequests(user.id);
  const accounts = new Map(requests.map(({ account }) => [account.id, account]));
  const [only] = accounts.size === 1 ? accounts.values() : [];
  const request = {
    githubUserId: user.id,
    accountId: only?.id ?? null,
    accountLogin: only?.login ?? null,
    requestIds: JSON.stringify(requests.map(({ id }) => id)),
    expiresAt: now + approvalMicroseconds,
  };
  await store.attempts.request(attempt.id, request, now);
  return leave(deps, attempt, { state: trip.state, error: "requested" });
}
