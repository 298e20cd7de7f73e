import type { Deps } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Apps } from "./apps.ts";
import type { Enterprises } from "./enterprises.ts";
import { createInstallationChanges } from "./installation-changes.ts";
import type {
  EnterpriseInstallation,
  Installation,
  Repository,
  RepositorySelection,
} from "./model.ts";

export type Installations = ReturnType<typeof createInstallations>;

/** What a person chose on the install or the configure page. */
export interface Choice {
  selection: RepositorySelection;
  repositoryIds: number[];
}

type InstallationDeps = Pick<
  Deps,
  "store" | "registration" | "now" | "recordChange" | "announce"
> & {
  accounts: Accounts;
  apps: Apps;
  enterprises: Enterprises;
};

const reaches = (installation: Installation, repository: Repository) =>
  repository.ownerId === installation.accountId &&
  (installation.selection === "all" || installation.repositoryIds.includes(repository.id));

/** Who has which App: one installation of an App on an account or an enterprise at most. */
export function createInstallations(deps: InstallationDeps) {
  const { store, registration, accounts } = deps;
  const isOurs = ({ appId }: { appId: number }) => appId === registration.app.id;

  const list = () => store.state.installations.filter(isOurs);
  const ofEnterprises = () => store.state.enterpriseInstallations.filter(isOurs);
  const byId = (id: number) => list().find((installation) => installation.id === id);

  /** Of every App. */
  const onAccount = (accountId: number) =>
    store.state.installations.filter((installation) => installation.accountId === accountId);

  const repositoriesOf = (installation: Installation) =>
    accounts
      .repositoriesOf(installation.accountId)
      .filter((repository) => reaches(installation, repository));

  return {
    byId,
    /** An App's: ours when none is named. */
    ofAccount: (accountId: number, appId = registration.app.id) =>
      onAccount(accountId).find((installation) => installation.appId === appId),
    onAccount,
    ofEnterprise: (enterpriseId: number) =>
      ofEnterprises().find((installation) => installation.enterpriseId === enterpriseId),
    /** On an account or on an enterprise. */
    anyById: (id: number): Installation | EnterpriseInstallation | undefined =>
      byId(id) ?? ofEnterprises().find((installation) => installation.id === id),
    /** Whichever App's, on an account or on an enterprise. */
    ofAnyAppById: (id: number): Installation | EnterpriseInstallation | undefined =>
      [...store.state.installations, ...store.state.enterpriseInstallations].find(
        (installation) => installation.id === id,
      ),
    /** An App's on accounts; every App's when none is named. */
    listOfApp: (appId: number | undefined) =>
      store.state.installations.filter((row) => appId === undefined || row.appId === appId),
    reaches,
    repositoriesOf,
    /** On accounts. */
    list,
    /** On accounts and enterprises, oldest first. */
    listAll: () => [...list(), ...ofEnterprises()].toSorted((left, right) => left.id - right.id),
    ...createInstallationChanges({ ...deps, repositoriesOf }),
  };
}
