import { type AppError, invalid } from "@layers/contracts";
import type { AttemptRow, BindingRow, Store } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { TenantContext } from "../context.ts";
import { sha256 } from "../crypto/digest.ts";
import type { GitHub } from "../github/github.ts";
import { bindProven, findBound } from "./bind-proven.ts";

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

  const standing = await findBound(deps, organizationId, installationId);
  if (standing) return standing;

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

  const bound = await bindProven(deps, {
    context,
    claim: {
      installationId,
      account: installation.account,
      attemptId: attempt.id,
      githubUserId: attempt.githubUserId,
      spend: (tx, now) => tx.attempts.consume({ id: attempt.id, installationId }, now),
    },
  });
  if (!bound) throw await deny(deps, context, installationId);
  return bound;
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
