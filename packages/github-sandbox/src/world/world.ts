import type { Deps } from "../deps.ts";
import { createAccountChanges } from "./account-changes.ts";
import { createAccounts } from "./accounts.ts";
import { createApps } from "./apps.ts";
import { createAuthorizations } from "./authorizations.ts";
import { createContentReferences } from "./content-references.ts";
import { createEnterprises } from "./enterprises.ts";
import { createFormerNames } from "./former-names.ts";
import { createInstallationRequests } from "./installation-requests.ts";
import { createInstallationTokens } from "./installation-tokens.ts";
import { createInstallations } from "./installations.ts";
import { createPersonalTokens } from "./personal-tokens.ts";
import { createRepositoryChanges } from "./repository-changes.ts";
import { createSessions } from "./sessions.ts";
import { createUserTokens } from "./user-tokens.ts";

export type World = ReturnType<typeof createWorld>;

/** The rules of the stand-in over its state; pages, API and OAuth are views of it. */
export function createWorld(deps: Deps) {
  const accounts = createAccounts(deps);
  const apps = createApps(deps);
  const enterprises = createEnterprises({ ...deps, accounts });
  const installations = createInstallations({ ...deps, accounts, apps, enterprises });
  const userTokens = createUserTokens(deps);
  const formerNames = createFormerNames(deps, accounts);
  const owned = { ...deps, accounts, formerNames, installations };
  return {
    accounts,
    apps,
    enterprises,
    installations,
    formerNames,
    accountChanges: createAccountChanges(owned),
    repositories: createRepositoryChanges(owned),
    requests: createInstallationRequests({ ...deps, installations }),
    installationTokens: createInstallationTokens(deps),
    userTokens,
    personalTokens: createPersonalTokens(deps),
    contentReferences: createContentReferences(deps),
    authorizations: createAuthorizations({ ...deps, userTokens }),
    sessions: createSessions(deps),
  };
}
