import type { AttemptReason } from "@layers/contracts";
import type { GitHub, GitHubInstallation, GitHubUser } from "../github/github.ts";
import type { Candidate } from "./step.ts";

/** Who the person is, and the token that says so. It is dropped after the proof. */
export interface Person {
  readonly user: GitHubUser;
  readonly token: string;
}

export type Proof =
  | { readonly kind: "proven"; readonly candidate: Candidate }
  | { readonly kind: "refused"; readonly reason: AttemptReason };

const refused = (reason: AttemptReason): Proof => ({ kind: "refused", reason });

/**
 * Whether a person administers the account of an installation. Reaching an installation, as
 * `GET /user/installations` lists it, is no proof: a mere reader reaches it too.
 */
export async function prove(
  github: Pick<GitHub, "readMembership">,
  { user, token }: Person,
  installation: GitHubInstallation | undefined,
): Promise<Proof> {
  const account = installation?.account;
  if (!installation || !account || installation.suspended) return refused("not_proven");
  const installationId = installation.id;
  if (account.type === "User") {
    if (account.id !== user.id) return refused("not_proven");
    return { kind: "proven", candidate: { installationId, account, proofKind: "own_account" } };
  }
  const membership = await github.readMembership(token, account.login);
  if (membership.kind !== "member")
    return refused(membership.kind === "none" ? "not_proven" : "sso_required");
  if (membership.organizationId !== account.id || membership.userId !== user.id)
    return refused("not_proven");
  if (!membership.isActiveAdmin) return refused("not_admin");
  return {
    kind: "proven",
    candidate: { installationId, account, proofKind: "organization_admin" },
  };
}
