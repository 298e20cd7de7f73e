import type { AttemptRow } from "@layers/storage";
import { isExpired } from "../attempts/attempt-view.ts";
import { minutes } from "../clock.ts";
import { cookieCodec } from "../crypto/cookie-codec.ts";
import { sha256 } from "../crypto/digest.ts";
import { beginAuthorization, tripMicroseconds } from "../oauth/authorization.ts";
import { type InstallFlowDeps, oauthRedirectUri } from "./deps.ts";
import { leave } from "./leave.ts";
import type { Step } from "./step.ts";
import { Trip } from "./trip.ts";

const longestMicroseconds = minutes(45);

/** What a browser came with: from GitHub's install page, or to choose what is installed already. */
export type Arrival = Pick<Trip, "state" | "installationId" | "setupAction">;

/** Starts the OAuth leg: finds the attempt and sends the browser to say who it is. */
export async function beginProof(deps: InstallFlowDeps, arrival: Arrival): Promise<Step> {
  const { store, github, clock } = deps;
  const attempt = await store.attempts.findByState(sha256(arrival.state));
  if (attempt?.issuer !== github.host) return { kind: "notice", notice: "no_attempt" };
  const over = await settleIfOver(deps, attempt, arrival);
  if (over) return over;
  await store.attempts.redirect(attempt.id, extendedExpiry(attempt, clock()), clock());
  return authorize(deps, attempt, arrival);
}

/** Time for the pages that follow, however late in its time the browser came; not for ever. */
function extendedExpiry(attempt: AttemptRow, now: number): number {
  const enough = Math.min(now + 2 * tripMicroseconds, attempt.createdAt + longestMicroseconds);
  return Math.max(attempt.expiresAt, enough);
}

/** Where to send the browser when the attempt has expired or has its proof already. */
export async function settleIfOver(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  { state, installationId, setupAction = "install" }: Arrival,
): Promise<Step | undefined> {
  if (isExpired(attempt, deps.clock())) return leave(deps, attempt, { state, error: "expired" });
  if (attempt.status !== "verified" && attempt.status !== "bound") return undefined;
  const sealed = attempt.installationId ?? 0;
  if (installationId !== undefined && installationId !== sealed)
    return leave(deps, attempt, { state, error: "not_proven" });
  return leave(deps, attempt, { state, installationId: sealed, setupAction });
}

async function authorize(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  arrival: Arrival,
): Promise<Step> {
  const purpose = { attemptId: attempt.id, userId: null };
  const { url, flowId, secret } = await beginAuthorization(deps, purpose, oauthRedirectUri(deps));
  const cookie = cookieCodec(deps.sealer, "trip", Trip).write({
    ...arrival,
    secret,
    attemptId: attempt.id,
  });
  return { kind: "authorize", url, flowId, cookie };
}
