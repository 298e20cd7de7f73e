import { AppError, type CompletedInstall } from "@layers/contracts";
import type { BindingRow, Store } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import type { PortalUser } from "../callers/principal.ts";
import type { Clock } from "../clock.ts";
import type { Context } from "../context.ts";
import type { GitHub } from "../github/github.ts";
import { bindProven, findBound } from "../installations/bind-proven.ts";
import { observe } from "../installations/observe.ts";
import type { GitHubLinks } from "../links/github-links.ts";
import { claimByAttempt, claimByLink } from "./portal-claims.ts";

export interface CompleteInstallDeps {
  readonly store: Store;
  readonly github: Pick<
    GitHub,
    "host" | "appId" | "findInstallation" | "readUser" | "readMembership"
  >;
  readonly links: GitHubLinks;
  readonly clock: Clock;
  /** The first page of the portal. */
  readonly portalHome: string;
}

/**
 * Binds an installation to the user's organization, if he has proven that he administers it: in an
 * install attempt of his, or with his linked GitHub account now. One answer for an installation that is
 * not his, is another organization's or does not exist.
 */
export async function completeInstall(
  deps: CompleteInstallDeps,
  context: Context<PortalUser>,
  installationId: number,
): Promise<CompletedInstall["status"]> {
  const { organizationId } = context.principal;
  const standing = await findBound(deps, organizationId, installationId);
  if (standing && (await stillStands(deps, standing))) return "updated";
  const claim =
    (await claimByAttempt(deps, context, installationId)) ??
    (await claimByLink(deps, context, installationId));
  const bound = claim && (await bindProven(deps, { context, claim }));
  if (!bound) throw await deny(deps, context, installationId);
  return bound.attemptId === claim.attemptId ? "installed" : "updated";
}

/** Writes what GitHub says of a binding that stands. */
async function stillStands(deps: CompleteInstallDeps, binding: BindingRow): Promise<boolean> {
  const installation = await deps.github.findInstallation(binding.installationId);
  if (!installation) {
    await observe(deps, binding, { status: "uninstalled" });
    return false;
  }
  const status = installation.suspended ? "suspended" : "active";
  const accountLogin = installation.account?.login ?? binding.accountLogin;
  await observe(deps, binding, { status, accountLogin });
  return true;
}

async function deny(
  { store, clock }: CompleteInstallDeps,
  context: Context<PortalUser>,
  installationId: number,
): Promise<AppError> {
  const event = { action: "installation.claim_denied", target: String(installationId) };
  await store.audit.append(auditLine(clock, actorOf(context), event));
  return new AppError("FORBIDDEN");
}
