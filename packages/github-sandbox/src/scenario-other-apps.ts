import type { InstallationSummary } from "./scenario.ts";
import type { Choice } from "./world/installations.ts";
import type { Account, AppIdentity } from "./world/model.ts";
import type { IssuedUserToken } from "./world/user-tokens.ts";
import type { World } from "./world/world.ts";

/** What people do with the Apps of others, by their client ids: genuine tokens that are not ours. */
export interface OtherAppScenario {
  /**
   * Installs another App on an account, on all its repositories.
   * @throws when the App or the account is unknown, or has it already.
   */
  installOtherApp(clientId: string, login: string): Pick<InstallationSummary, "id">;
  /** An installation token of another App. @throws when it is not installed there. */
  otherAppToken(clientId: string, login: string): string;
  /** Lets a person authorize another App. @throws when the App or the person is unknown. */
  authorizeOtherApp(clientId: string, login: string): IssuedUserToken;
}

export function createOtherAppScenario(
  { accounts, apps, installations, installationTokens, userTokens }: World,
  requireAccount: (login: string) => Account,
): OtherAppScenario {
  function requireApp(clientId: string): AppIdentity {
    const app = apps.byClientId(clientId);
    if (!app) throw new Error(`There is no App with the client id ${clientId}`);
    return app;
  }

  return {
    installOtherApp(clientId, login) {
      const app = requireApp(clientId);
      const { id: accountId } = requireAccount(login);
      if (installations.ofAccount(accountId, app.id))
        throw new Error(`The App ${app.slug} is already installed on ${login}`);
      const everything: Choice = { selection: "all", repositoryIds: [] };
      const fields = { ...everything, accountId, requesterId: null };
      const { id } = installations.create(app, fields, accounts.ownerIdOf(accountId));
      return { id };
    },
    otherAppToken(clientId, login) {
      const app = requireApp(clientId);
      const row = installations.ofAccount(requireAccount(login).id, app.id);
      if (!row) throw new Error(`The App ${app.slug} is not installed on ${login}`);
      const { permissions } = row;
      return installationTokens.mint(row, { permissions, repositories: null, format: "opaque" })
        .text;
    },
    authorizeOtherApp: (clientId, login) =>
      userTokens.issue(requireAccount(login).id, requireApp(clientId).id),
  };
}
