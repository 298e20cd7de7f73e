import type { Deps } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { RepositoryEvent, SenderId } from "./event.ts";
import type { FormerNames } from "./former-names.ts";
import type { Installations } from "./installations.ts";
import type { Account, Repository } from "./model.ts";

type RepositoryDeps = Pick<Deps, "store" | "announce"> & {
  accounts: Accounts;
  formerNames: FormerNames;
  installations: Installations;
};

type Happened = Pick<RepositoryEvent, "action" | "senderId" | "renamedFrom" | "transferredFrom">;

/** Everything that happens to a repository, told to the App where it is installed and reaches it. */
export function createRepositoryChanges(deps: RepositoryDeps) {
  const { store, announce, accounts, formerNames, installations } = deps;

  const reaching = (repository: Repository) => {
    const installation = installations.ofAccount(repository.ownerId);
    return installation && installations.reaches(installation, repository)
      ? installation
      : undefined;
  };

  function tell(repository: Repository, happened: Happened) {
    store.changed();
    const installation = reaching(repository);
    if (installation) announce({ name: "repository", installation, repository, ...happened });
  }

  return {
    created: (repository: Repository, senderId: SenderId) =>
      tell(repository, { action: "created", senderId }),
    rename(repository: Repository, name: string, senderId: SenderId) {
      const renamedFrom = repository.name;
      formerNames.remember(repository);
      repository.name = name;
      tell(repository, { action: "renamed", senderId, renamedFrom });
    },
    /** Who has selected it by name loses it. */
    transfer(repository: Repository, owner: Account, senderId: SenderId) {
      formerNames.remember(repository);
      const transferredFrom = accounts.requireById(repository.ownerId);
      for (const row of installations.onAccount(transferredFrom.id))
        if (installations.reaches(row, repository)) installations.lose(row, repository, senderId);
      repository.ownerId = owner.id;
      tell(repository, { action: "transferred", senderId, transferredFrom });
    },
    setPrivate(repository: Repository, isPrivate: boolean, senderId: SenderId) {
      if (repository.private === isPrivate) return;
      repository.private = isPrivate;
      tell(repository, { action: isPrivate ? "privatized" : "publicized", senderId });
    },
    remove(repository: Repository, senderId: SenderId) {
      tell(repository, { action: "deleted", senderId });
      const { state } = store;
      state.repositories = state.repositories.filter((row) => row !== repository);
      for (const row of state.installations)
        row.repositoryIds = row.repositoryIds.filter((id) => id !== repository.id);
    },
  };
}
