import { type Deps, toTimestamp } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Installation, Repository, RepositorySelection, Suspension } from "./model.ts";

export type Installations = ReturnType<typeof createInstallations>;

/** What a person chose on the install or the configure page. */
export interface Choice {
  selection: RepositorySelection;
  repositoryIds: number[];
}

type InstallationDeps = Pick<Deps, "store" | "registration" | "now"> & { accounts: Accounts };

const reaches = (installation: Installation, repository: Repository) =>
  repository.ownerId === installation.accountId &&
  (installation.selection === "all" || installation.repositoryIds.includes(repository.id));

/** The App's installations: one an account at most. */
export function createInstallations({ store, registration, now, accounts }: InstallationDeps) {
  const byId = (id: number): Installation | undefined =>
    store.state.installations.find((installation) => installation.id === id);

  const ofAccount = (accountId: number): Installation | undefined =>
    store.state.installations.find((installation) => installation.accountId === accountId);

  const repositoriesOf = (installation: Installation) =>
    accounts
      .repositoriesOf(installation.accountId)
      .filter((repository) => reaches(installation, repository));

  function create(accountId: number, choice: Choice, requesterId: number | null): Installation {
    const { state } = store;
    const at = toTimestamp(now());
    const { permissions, events } = registration.app;
    const installation: Installation = {
      id: state.nextInstallationId,
      accountId,
      ...choice,
      permissions: { ...permissions },
      events: [...events],
      createdAt: at,
      updatedAt: at,
      suspension: null,
      requesterId,
    };
    state.nextInstallationId += 1;
    state.installations.push(installation);
    store.changed();
    return installation;
  }

  function change(installation: Installation, fields: Partial<Installation>) {
    Object.assign(installation, fields, { updatedAt: toTimestamp(now()) });
    store.changed();
  }

  /** Its tokens end with it. */
  function remove(installation: Installation) {
    const { state } = store;
    state.installations = state.installations.filter(({ id }) => id !== installation.id);
    for (const [digest, token] of state.installationTokens)
      if (token.installationId === installation.id) state.installationTokens.delete(digest);
    store.changed();
  }

  return {
    byId,
    ofAccount,
    reaches,
    repositoriesOf,
    create,
    remove,
    list: () => store.state.installations,
    select: (installation: Installation, choice: Choice) => change(installation, choice),
    suspend: (installation: Installation, suspension: Omit<Suspension, "at">) =>
      change(installation, { suspension: { ...suspension, at: toTimestamp(now()) } }),
    unsuspend: (installation: Installation) => change(installation, { suspension: null }),
  };
}
