import { isExpired, toTime } from "@layers/api/admin";
import type { AttemptRow } from "@layers/storage";
import { toTimeOrNull } from "./times.ts";

/** A run of the install flow as programs see it. */
export const toAttemptView = (attempt: AttemptRow, now: number) => ({
  id: attempt.id,
  organizationId: attempt.organizationId,
  apiKeyId: attempt.apiKeyId,
  userId: attempt.userId,
  status: isExpired(attempt, now) ? ("expired" as const) : attempt.status,
  reason: attempt.reason,
  returnUrl: attempt.returnUrl,
  host: attempt.issuer,
  installationId: attempt.installationId,
  accountId: attempt.accountId,
  accountLogin: attempt.accountLogin,
  githubUserId: attempt.githubUserId,
  proofKind: attempt.proofKind,
  provenAt: toTimeOrNull(attempt.provenAt),
  createdAt: toTime(attempt.createdAt),
  expiresAt: toTime(attempt.expiresAt),
});
