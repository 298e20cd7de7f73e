import { AppError, type contract } from "@layers/contracts";
import type { BindingRow, Store } from "@layers/storage";
import { type AttemptsDeps, createInstallUrl } from "../attempts/attempts.ts";
import { type Actor, actorOf } from "../audit.ts";
import type { Handlers } from "../context.ts";
import type { GitHub } from "../github/github.ts";
import { observe } from "../installations/observe.ts";
import type { GitHubLinks } from "../links/github-links.ts";
import type { TokenVault } from "../tokens/token-vault.ts";
import { asPortalError } from "./as-portal-error.ts";
import { type CompleteInstallDeps, completeInstall } from "./complete-install.ts";
import { readGitHubStatus } from "./github-status.ts";

export interface PortalDeps extends CompleteInstallDeps, AttemptsDeps {
  readonly store: Store;
  readonly github: CompleteInstallDeps["github"] &
    AttemptsDeps["github"] &
    Pick<GitHub, "uninstall">;
  readonly vault: Pick<TokenVault, "revokeAll">;
  readonly links: GitHubLinks;
}

/** What the portal's pages ask for. */
export function createPortal(deps: PortalDeps): Handlers<typeof contract.portal> {
  const { store, github, vault, portalHome } = deps;
  return {
    async completeInstall({ context, input }) {
      const status = await completeInstall(deps, context, input.installation_id);
      return { ok: true, status };
    },

    async installUrl({ context, input }) {
      const { returnUrl = portalHome } = input;
      const { installUrl } = await createInstallUrl(deps, context, { returnUrl }).catch(
        asPortalError,
      );
      return { installUrl };
    },

    async uninstall({ context }) {
      const { organizationId } = context.principal;
      const binding = await store.bindings.findShown(organizationId);
      if (!binding) throw new AppError("NOT_FOUND");
      const { id, installationId, status } = binding;
      const answer = { ok: true, installation_id: installationId } as const;
      if (status === "uninstalled") return { ...answer, status: "already_uninstalled" };
      await vault.revokeAll(id);
      await github.uninstall(installationId);
      await observeUninstalled(deps, binding, actorOf(context));
      // A token minted between the two belongs to an installation that is gone.
      await vault.revokeAll(id);
      return { ...answer, status: "uninstalled" };
    },

    async githubStatus({ context }) {
      const { userId, organizationId } = context.principal;
      const connection = await readGitHubStatus(deps, userId);
      const binding = await store.bindings.findActive(organizationId);
      return { ...connection, appInstalled: binding !== undefined };
    },
  };
}

/** Somebody else, such as GitHub's webhook, may write at the same time. */
async function observeUninstalled(deps: PortalDeps, binding: BindingRow, by: Actor): Promise<void> {
  let current: BindingRow | undefined = binding;
  while (current && !(await observe(deps, current, { status: "uninstalled", by })))
    current = await deps.store.bindings.find(binding.id);
}
