import { AppError, type contract, type Installation } from "@layers/contracts";
import type { BindingRow } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import { toPreciseTime } from "../clock.ts";
import type { Handlers } from "../context.ts";
import type { GitHub } from "../github/github.ts";
import type { TokenVault } from "../tokens/token-vault.ts";
import { type RegisterDeps, registerInstallation } from "./register-installation.ts";

export interface InstallationsDeps extends RegisterDeps {
  readonly github: Pick<GitHub, "host" | "appId" | "findInstallation" | "uninstall">;
  readonly vault: Pick<TokenVault, "revokeAll">;
}

type Installations = Pick<
  Handlers<typeof contract.github>,
  "registerInstallation" | "getInstallation" | "detachInstallation"
>;

/** Binds, shows and detaches the organization's installation. */
export function createInstallations(deps: InstallationsDeps): Installations {
  const { store, github, vault, clock } = deps;
  return {
    async registerInstallation({ context, input }) {
      const binding = await registerInstallation(deps, context, input);
      const status = binding.status === "suspended" ? "suspended" : "active";
      return { ...toView(binding), status };
    },

    async getInstallation({ context }): Promise<Installation> {
      const binding = await store.bindings.findShown(context.principal.organizationId);
      if (!binding || binding.status === "detached") throw new AppError("NOT_FOUND");
      const lastVerifiedAt = toPreciseTime(binding.lastVerifiedAt);
      return { ...toView(binding), status: binding.status, lastVerifiedAt };
    },

    async detachInstallation({ context, input }) {
      const binding = await store.bindings.findShown(context.principal.organizationId);
      if (!binding) throw new AppError("NOT_FOUND");
      const { installationId } = binding;
      const uninstalls = input.uninstall && binding.status !== "uninstalled";
      await vault.revokeAll(binding.id);
      if (uninstalls) await github.uninstall(installationId);
      await store.transaction(async (tx) => {
        if (!(await tx.bindings.detach(binding.id, clock()))) return;
        const details = { uninstalled: uninstalls };
        const event = { action: "installation.detach", target: String(installationId), details };
        await tx.audit.append(auditLine(clock, actorOf(context), event));
      });
      // A token minted between the two belongs to a binding that has ended.
      await vault.revokeAll(binding.id);
      return { installationId, status: uninstalls ? "uninstalled" : "detached" };
    },
  };
}

const toView = (binding: BindingRow) => ({
  installationId: binding.installationId,
  githubAccount: { login: binding.accountLogin, type: binding.accountType },
  orgLogin: binding.accountLogin,
  registeredAt: toPreciseTime(binding.registeredAt),
});
