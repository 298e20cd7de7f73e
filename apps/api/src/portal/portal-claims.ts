import type { AttemptRow } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import type { PortalUser } from "../callers/principal.ts";
import type { Context } from "../context.ts";
import { randomToken, sha256 } from "../crypto/digest.ts";
import { newId } from "../ids.ts";
import { prove } from "../install-flow/prove.ts";
import type { Candidate } from "../install-flow/step.ts";
import type { ProvenClaim } from "../installations/bind-proven.ts";
import type { CompleteInstallDeps } from "./complete-install.ts";

/** By an install attempt of the user's that has proven this installation. */
export async function claimByAttempt(
  { store, github, clock }: CompleteInstallDeps,
  { principal }: Context<PortalUser>,
  installationId: number,
): Promise<ProvenClaim | undefined> {
  const { organizationId, userId } = principal;
  const wanted = { organizationId, userId, installationId, issuer: github.host };
  const attempt = await store.attempts.findProven(wanted, clock());
  if (!attempt) return undefined;
  const installation = await github.findInstallation(installationId);
  const account = installation?.suspended ? undefined : installation?.account;
  if (!account || account.id !== attempt.accountId) return undefined;
  return {
    installationId,
    account,
    attemptId: attempt.id,
    githubUserId: attempt.githubUserId,
    spend: (tx, now) => tx.attempts.consume({ id: attempt.id, installationId }, now),
  };
}

/** By the user's linked GitHub account. @throws `GITHUB_RECONNECT` when it cannot be asked. */
export async function claimByLink(
  deps: CompleteInstallDeps,
  context: Context<PortalUser>,
  installationId: number,
): Promise<ProvenClaim | undefined> {
  const { github, links } = deps;
  return links.use(context.principal.userId, async (token) => {
    const user = await github.readUser(token);
    const installation = await github.findInstallation(installationId);
    const proof = await prove(github, { user, token }, installation);
    if (proof.kind === "refused") return undefined;
    const attempt = toAttempt(deps, context, { ...proof.candidate, githubUserId: user.id });
    return {
      installationId,
      account: proof.candidate.account,
      attemptId: attempt.id,
      githubUserId: user.id,
      async spend(tx) {
        const { id: attemptId, accountLogin: login, proofKind } = attempt;
        const details = { attemptId, login, proofKind, githubUserId: user.id };
        const event = { action: "installation.prove", target: String(installationId), details };
        await tx.audit.append(auditLine(deps.clock, actorOf(context), event));
        return tx.attempts.insert(attempt);
      },
    };
  });
}

/** What was proven at once is written down like every other run of the flow. */
function toAttempt(
  { github, clock, portalHome }: CompleteInstallDeps,
  { principal }: Context<PortalUser>,
  { installationId, account, proofKind, githubUserId }: Candidate & { githubUserId: number },
): AttemptRow {
  const now = clock();
  return {
    id: newId("att"),
    organizationId: principal.organizationId,
    apiKeyId: null,
    userId: principal.userId,
    returnUrl: portalHome,
    stateHash: sha256(randomToken(32)),
    issuer: github.host,
    status: "bound",
    reason: null,
    createdAt: now,
    expiresAt: now,
    installationId,
    accountId: account.id,
    accountLogin: account.login,
    githubUserId,
    proofKind,
    provenAt: now,
    requestIds: null,
  };
}
