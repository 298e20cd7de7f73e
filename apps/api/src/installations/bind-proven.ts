import { AppError } from "@layers/contracts";
import type { BindingRow, Queries, Store } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { TenantContext } from "../context.ts";
import type { GitHub, GitHubAccount } from "../github/github.ts";
import { newId } from "../ids.ts";
import { createEnqueue } from "../jobs/job-kind.ts";
import { checkInstallation } from "../lifecycle/installation-check.ts";

/** An installation that somebody has proven to administer. */
export interface ProvenClaim {
  readonly installationId: number;
  readonly account: GitHubAccount;
  /** The run of the flow in which it was proven, and by whom. */
  readonly attemptId: string;
  readonly githubUserId: number | null;
  /** Takes the proof, in the transaction that binds. Returns false when it is taken already. */
  readonly spend: (tx: Queries, now: number) => Promise<boolean>;
}

export interface BindDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "host" | "appId">;
  readonly clock: Clock;
}

interface Bind {
  readonly context: TenantContext;
  readonly claim: ProvenClaim;
}

/**
 * Binds an installation to the caller's organization; the same one again is what it was. Undefined when
 * another organization has it, or the proof is taken.
 *
 * @throws `CONFLICT` when the organization has another one.
 */
export async function bindProven(deps: BindDeps, bind: Bind): Promise<BindingRow | undefined> {
  const { store } = deps;
  const { context, claim } = bind;
  const bound = await store
    .transaction((tx) => bindIn(tx, deps, bind))
    .catch((error: unknown) => {
      if (error instanceof TakenMeanwhile) return undefined;
      throw error;
    });
  // Somebody else's identical call may have won the race.
  return bound ?? findBound(deps, context.principal.organizationId, claim.installationId);
}

/** Thrown, so that the proof is not spent. */
class TakenMeanwhile extends Error {}

async function bindIn(
  tx: Queries,
  { github, clock }: BindDeps,
  { context, claim }: Bind,
): Promise<BindingRow | undefined> {
  const { organizationId } = context.principal;
  const { installationId, account, attemptId, githubUserId } = claim;
  const now = clock();
  const key = { host: github.host, appId: github.appId, installationId };
  const owner = await tx.bindings.findByInstallation(key);
  if (owner && owner.organizationId !== organizationId) return undefined;
  const active = await tx.bindings.findActive(organizationId);
  if (active) return decideAgainst(active, installationId);
  if (!(await claim.spend(tx, now))) return undefined;
  const result = await tx.bindings.bind({
    id: newId("bnd"),
    organizationId,
    attemptId,
    ...key,
    accountId: account.id,
    accountLogin: account.login,
    accountType: account.type,
    registeredAt: now,
    lastVerifiedAt: now,
  });
  if (result.outcome === "taken") throw new TakenMeanwhile();
  if (result.outcome !== "created") return decideAgainst(result.binding, installationId);
  const check = { payload: { installationId }, organizationId };
  await createEnqueue(clock)(tx, checkInstallation, check);
  const details = { attemptId, githubUserId, login: account.login };
  const event = { action: "installation.bind", target: String(installationId), details };
  await tx.audit.append(auditLine(clock, actorOf(context), event));
  return result.binding;
}

/** Another binding of the same organization was first. */
function decideAgainst(existing: BindingRow, installationId: number): BindingRow {
  if (existing.installationId === installationId) return existing;
  throw new AppError("CONFLICT");
}

/** The organization's binding, if it is of this installation. */
export async function findBound(
  { store, github }: Omit<BindDeps, "clock">,
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
