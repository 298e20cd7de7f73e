import { AttemptReason, type InstallAttempt } from "@layers/contracts";
import type { AttemptRow } from "@layers/storage";
import { toTime } from "../clock.ts";

export interface AttemptViewOptions {
  /** The raw state, when the caller gave it: we do not store it. */
  readonly state: string | undefined;
  readonly publicUrl: string;
  readonly now: number;
}

/** Whether nothing more can come of an attempt because its time is over. */
export const isExpired = (attempt: AttemptRow, now: number): boolean =>
  attempt.status !== "bound" && attempt.expiresAt <= now;

/** Shows an attempt as the contract does. */
export function toInstallAttempt(attempt: AttemptRow, options: AttemptViewOptions): InstallAttempt {
  const status = isExpired(attempt, options.now) ? "expired" : attempt.status;
  const reason = status === "expired" ? "expired" : attempt.reason;
  const nextAction = nextActionOf(status, options);
  return {
    attemptId: attempt.id,
    status,
    ...(reason !== null && { reason: AttemptReason.parse(reason) }),
    ...(nextAction && { nextAction }),
    ...(attempt.installationId !== null && { installationId: attempt.installationId }),
    expiresAt: toTime(attempt.expiresAt),
  };
}

const nextActions: Record<InstallAttempt["status"], string | undefined> = {
  created: "Let the customer open the install URL, or this page if the App is installed already.",
  redirected: "Let the customer finish on GitHub, or start again from this page.",
  requested: "An owner of the GitHub account must approve the request; then open this page.",
  failed: "Let an owner of the GitHub account try again from this page.",
  verified: "Post installationId and state to /v1/github/installation.",
  expired: "Create a new install URL.",
  bound: undefined,
};

function nextActionOf(
  status: InstallAttempt["status"],
  { state, publicUrl }: AttemptViewOptions,
): InstallAttempt["nextAction"] {
  const text = nextActions[status];
  if (text === undefined) return undefined;
  if (state === undefined || status === "verified" || status === "expired") return { text };
  const query = new URLSearchParams({ state }).toString();
  return { text, url: `${publicUrl}/github/app/connect?${query}` };
}
