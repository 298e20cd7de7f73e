import { GithubId } from "@layers/contracts";
import type { AttemptRow, Store } from "@layers/storage";
import { z } from "zod";
import { auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { GitHub, GitHubAccount, GitHubInstallation } from "../github/github.ts";
import { approvalMicroseconds } from "../install-flow/record-request.ts";

export interface CompleteRequestDeps {
  readonly store: Store;
  readonly github: Pick<
    GitHub,
    "host" | "appId" | "mintToken" | "readMembershipOf" | "revokeToken"
  >;
  readonly clock: Clock;
}

/** What `installation.created` says of who asked for it, and who approved. */
export const Approval = z.object({
  accountId: GithubId,
  requesterId: GithubId,
  senderId: GithubId,
  senderLogin: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/),
});
export type Approval = z.infer<typeof Approval>;

/**
 * Proves the attempt of the member who asked for an installation that an owner has approved: if it is the
 * only one that may be meant, and who approved is an active admin of the account.
 */
export async function completeRequest(
  deps: CompleteRequestDeps,
  installation: GitHubInstallation,
  approval: Approval,
): Promise<void> {
  const { account } = installation;
  if (account?.type !== "Organization" || installation.suspended) return;
  if (account.id !== approval.accountId) return;
  const attempt = await findAttempt(deps, installation, approval);
  if (attempt && (await isAdmin(deps, installation.id, { account, approval })))
    await seal(deps, attempt, { installationId: installation.id, account, approval });
}

async function findAttempt(
  { store, github: { host, appId }, clock }: CompleteRequestDeps,
  { id: installationId }: GitHubInstallation,
  { accountId, requesterId }: Approval,
): Promise<AttemptRow | undefined> {
  const wanted = { issuer: host, githubUserId: requesterId, accountId };
  const [attempt, ...others] = await store.attempts.listRequested(wanted, clock());
  if (!attempt || others.length > 0) return undefined;
  const binding = await store.bindings.findByInstallation({ host, appId, installationId });
  const isFree = !binding || binding.organizationId === attempt.organizationId;
  return isFree ? attempt : undefined;
}

interface Approved {
  readonly account: GitHubAccount;
  readonly approval: Approval;
}

async function isAdmin(
  { github }: CompleteRequestDeps,
  installationId: number,
  { account, approval: { senderId, senderLogin } }: Approved,
): Promise<boolean> {
  const minted = await github.mintToken(installationId, { permissions: { members: "read" } });
  if (minted.kind !== "minted") return false;
  const { token } = minted.token;
  try {
    const person = { organization: account.login, login: senderLogin, installationId };
    const membership = await github.readMembershipOf(token, person);
    return (
      membership.kind === "member" &&
      membership.isActiveAdmin &&
      membership.organizationId === account.id &&
      membership.userId === senderId
    );
  } finally {
    await github.revokeToken(token);
  }
}

async function seal(
  { store, clock }: CompleteRequestDeps,
  { id, organizationId }: AttemptRow,
  { installationId, account, approval }: Approved & { readonly installationId: number },
): Promise<void> {
  const now = clock();
  const proof = {
    installationId,
    accountId: account.id,
    accountLogin: account.login,
    githubUserId: approval.senderId,
    proofKind: "owner_approval",
    provenAt: now,
    expiresAt: now + approvalMicroseconds,
  };
  await store.transaction(async (tx) => {
    if (!(await tx.attempts.seal(id, proof, now))) return;
    const { requesterId } = approval;
    const details = {
      attemptId: id,
      login: account.login,
      proofKind: proof.proofKind,
      requesterId,
    };
    const event = { action: "installation.prove", target: String(installationId), details };
    const actor = { organizationId, actor: `github:${approval.senderId}` };
    await tx.audit.append(auditLine(clock, actor, event));
  });
}
