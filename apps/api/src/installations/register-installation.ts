import { AppError, invalid } from "@layers/contracts";
import type { AttemptRow, BindingRow, Queries, Store } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { TenantContext } from "../context.ts";
import { sha256 } from "../crypto/digest.ts";
import type { GitHub, GitHubAccount } from "../github/github.ts";
import { newId } from "../ids.ts";

export interface RegisterDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "host" | "appId" | "findInstallation">;
  readonly clock: Clock;
}

interface Claim {
  readonly installationId: number;
  readonly state: string;
}

/**
 * Binds a proven installation to the caller's organization. GitHub is asked before the transaction;
 * the state is consumed in it, so that it is spent if and only if the binding exists.
 */
export async function registerInstallation(
  deps: RegisterDeps,
  context: TenantContext,
  claim: Claim,
): Promise<BindingRow> {
  const { store, github, clock } = deps;
  const { organizationId } = context.principal;
  const { installationId } = claim;

  const bound = await findBound(deps, organizationId, installationId);
  if (bound) return bound;

  const attempt = await store.attempts.findByState(sha256(claim.state));
  if (
    !attempt ||
    !proves(attempt, { organizationId, installationId, host: github.host, now: clock() })
  )
    throw await deny(deps, context, installationId);
  const installation = await github.findInstallation(installationId);
  if (
    !installation?.account ||
    installation.suspended ||
    installation.account.id !== attempt.accountId
  )
    throw await deny(deps, context, installationId);

  const { account } = installation;
  const result = await store.transaction((tx) => bind(tx, deps, { context, attempt, account }));
  if (result === "denied") {
    // Somebody else's identical call may have won the race.
    const winner = await findBound(deps, organizationId, installationId);
    if (winner) return winner;
    throw await deny(deps, context, installationId);
  }
  return result;
}

async function findBound(
  { store, github }: RegisterDeps,
  organizationId: string,
  installationId: number,
): Promise<BindingRow | undefined> {
  const active = await store.bindings.findActive(organizationId);
  const isSame =
    active?.installationId === installationId &&
    active.host === github.host &&
    active.appId === github.appId;
  return isSame ? active : undefined;
}

interface Needed {
  readonly organizationId: string;
  readonly installationId: number;
  readonly host: string;
  readonly now: number;
}

const proves = (attempt: AttemptRow, needed: Needed): boolean =>
  attempt.status === "verified" &&
  attempt.organizationId === needed.organizationId &&
  attempt.installationId === needed.installationId &&
  attempt.issuer === needed.host &&
  attempt.expiresAt > needed.now;

interface Bind {
  readonly context: TenantContext;
  readonly attempt: AttemptRow;
  readonly account: GitHubAccount;
}

/** Rolls the transaction back by throwing when the organization has another installation. */
async function bind(
  tx: Queries,
  { github, clock }: RegisterDeps,
  { context, attempt, account }: Bind,
): Promise<BindingRow | "denied"> {
  const installationId = attempt.installationId ?? 0;
  const now = clock();
  const key = { host: github.host, appId: github.appId, installationId };
  const owner = await tx.bindings.findByInstallation(key);
  if (owner && owner.organizationId !== attempt.organizationId) return "denied";
  const active = await tx.bindings.findActive(attempt.organizationId);
  if (active) return decideAgainst(active, installationId);
  if (!(await tx.attempts.consume({ id: attempt.id, installationId }, now))) return "denied";
  const result = await tx.bindings.bind({
    id: newId("bnd"),
    organizationId: attempt.organizationId,
    attemptId: attempt.id,
    ...key,
    accountId: account.id,
    accountLogin: account.login,
    accountType: account.type,
    registeredAt: now,
    lastVerifiedAt: now,
  });
  if (result.outcome === "taken") throw unproven();
  if (result.outcome !== "created") return decideAgainst(result.binding, installationId);
  const details = {
    attemptId: attempt.id,
    githubUserId: attempt.githubUserId,
    login: account.login,
  };
  const event = { action: "installation.bind", target: String(installationId), details };
  await tx.audit.append(auditLine(clock, actorOf(context), event));
  return result.binding;
}

/** Another binding of the same organization was first. */
function decideAgainst(existing: BindingRow, installationId: number): BindingRow {
  if (existing.installationId === installationId) return existing;
  throw new AppError("CONFLICT");
}

/** One answer for everything that is not proven, so that nobody learns which it was. */
const unproven = (): AppError =>
  invalid(
    "state",
    "No install attempt has proven this installation. Start again with a new install URL.",
  );

async function deny(
  { store, clock }: RegisterDeps,
  context: TenantContext,
  installationId: number,
): Promise<AppError> {
  const event = { action: "installation.claim_denied", target: String(installationId) };
  await store.audit.append(auditLine(clock, actorOf(context), event));
  return unproven();
}
