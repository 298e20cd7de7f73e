import type { Deps } from "../deps.ts";
import { createAccounts } from "./accounts.ts";
import { createAuthorizations } from "./authorizations.ts";
import { createContentReferences } from "./content-references.ts";
import { createInstallationRequests } from "./installation-requests.ts";
import { createInstallationTokens } from "./installation-tokens.ts";
import { createInstallations } from "./installations.ts";
import { createPersonalTokens } from "./personal-tokens.ts";
import { createSessions } from "./sessions.ts";
import { createUserTokens } from "./user-tokens.ts";

export type World = ReturnType<typeof createWorld>;

/** The rules of the stand-in over its state; pages, API and OAuth are views of it. */
export function createWorld(deps: Deps) {
  const accounts = createAccounts(deps);
  const installations = createInstallations({ ...deps, accounts });
  const userTokens = createUserTokens(deps);
  return {
    accounts,
    installations,
    requests: createInstallationRequests({ ...deps, installations }),
    installationTokens: createInstallationTokens(deps),
    userTokens,
    personalTokens: createPersonalTokens(deps),
    contentReferences: createContentReferences(deps),
    authorizations: createAuthorizations({ ...deps, userTokens }),
    sessions: createSessions(deps),
  };
}
