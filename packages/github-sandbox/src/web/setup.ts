import type { Deps } from "../deps.ts";
import { withParams } from "../oauth/callback.ts";
import type { Account, Installation, SetupAction } from "../world/model.ts";
import { settingsPath } from "../world/settings-path.ts";
import type { World } from "../world/world.ts";

export interface SetupOutcome {
  user: Account;
  action: SetupAction;
  /** Null for a request: there is none yet. */
  installation: Installation | null;
  state: string | undefined;
}

export type Setup = ReturnType<typeof createSetup>;

/** Where the browser goes when something was installed, saved or asked for. */
export function createSetup({ registration, urls }: Deps, { accounts, authorizations }: World) {
  function throughOAuth({ user, action, installation, state }: SetupOutcome): string {
    const key = authorizations.handOff({
      userId: user.id,
      installationId: installation?.id ?? null,
      setupAction: action,
    });
    return withParams(`${urls().web}/login/oauth/authorize`, {
      client_id: registration.app.clientId,
      state,
      setup: key,
    });
  }

  // Without a setup URL the person stays with GitHub.
  return function setupRedirect(outcome: SetupOutcome): string {
    const { app } = registration;
    if (app.oauthDuringInstall) return throughOAuth(outcome);
    const { installation, action, state } = outcome;
    if (app.setupUrl)
      return withParams(app.setupUrl, {
        installation_id: installation?.id,
        setup_action: action,
        state,
      });
    if (!installation) return "/";
    return settingsPath(accounts.requireById(installation.accountId), installation.id);
  };
}
