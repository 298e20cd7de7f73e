import type { Account, Repository } from "./world/model.ts";
import type { World } from "./world/world.ts";

/** Changes to repositories, `owner/name`, as if their owners had made them. */
export interface RepositoryScenario {
  /** @throws when the repository is unknown or the name is taken. */
  renameRepository(repository: string, name: string): void;
  /** @throws when the repository or the new owner is unknown, or has one of this name. */
  transferRepository(repository: string, owner: string): void;
  /** @throws when the repository is unknown. */
  deleteRepository(repository: string): void;
  /** @throws when the repository is unknown. */
  privatizeRepository(repository: string): void;
  /** @throws when the repository is unknown. */
  publicizeRepository(repository: string): void;
}

export function createRepositoryScenario(
  { accounts, repositories }: World,
  requireAccount: (login: string) => Account,
): RepositoryScenario {
  const sender = ({ ownerId }: Repository) => accounts.ownerIdOf(ownerId);

  function requireRepository(fullName: string): Repository {
    const [owner = "", name = ""] = fullName.split("/");
    const repository = accounts.repository(owner, name);
    if (!repository) throw new Error(`There is no repository ${fullName}`);
    return repository;
  }

  function requireFree(owner: Account, name: string) {
    if (accounts.repository(owner.login, name))
      throw new Error(`There is a repository ${owner.login}/${name} already`);
  }

  return {
    renameRepository(fullName, name) {
      const repository = requireRepository(fullName);
      requireFree(accounts.requireById(repository.ownerId), name);
      repositories.rename(repository, name, sender(repository));
    },
    transferRepository(fullName, login) {
      const repository = requireRepository(fullName);
      const owner = requireAccount(login);
      requireFree(owner, repository.name);
      repositories.transfer(repository, owner, sender(repository));
    },
    deleteRepository(fullName) {
      const repository = requireRepository(fullName);
      repositories.remove(repository, sender(repository));
    },
    privatizeRepository(fullName) {
      const repository = requireRepository(fullName);
      repositories.setPrivate(repository, true, sender(repository));
    },
    publicizeRepository(fullName) {
      const repository = requireRepository(fullName);
      repositories.setPrivate(repository, false, sender(repository));
    },
  };
}
