import type { Deps } from "../deps.ts";
import type { Access, Account, Membership, Repository } from "./model.ts";

export type Accounts = ReturnType<typeof createAccounts>;

const sameName = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();

/** Who there is, who belongs where, and which repositories they can reach. */
export function createAccounts({ store }: Pick<Deps, "store">) {
  const byId = (id: number): Account | undefined =>
    store.state.accounts.find((account) => account.id === id);

  const byLogin = (login: string, type?: Account["type"]): Account | undefined =>
    store.state.accounts.find(
      (account) => sameName(account.login, login) && (!type || account.type === type),
    );

  function requireById(id: number): Account {
    const account = byId(id);
    if (!account) throw new Error(`No account has the id ${id}`);
    return account;
  }

  const membership = (organizationId: number, userId: number): Membership | undefined =>
    store.state.memberships.find(
      (row) => row.organizationId === organizationId && row.userId === userId,
    );

  /** Owner of the organization, or the user himself. */
  function administers(userId: number, accountId: number): boolean {
    if (userId === accountId) return true;
    const row = membership(accountId, userId);
    return row?.state === "active" && row.role === "admin";
  }

  /** A user who administers it: himself, or the first of an organization's owners. */
  const ownerIdOf = (accountId: number): number =>
    store.state.memberships.find((row) => row.organizationId === accountId && row.role === "admin")
      ?.userId ?? accountId;

  const belongsTo = (userId: number, accountId: number) =>
    userId === accountId || membership(accountId, userId)?.state === "active";

  const accountsOf = (userId: number) =>
    store.state.accounts.filter((account) => belongsTo(userId, account.id));

  const repositoriesOf = (accountId: number) =>
    store.state.repositories.filter((repository) => repository.ownerId === accountId);

  const repository = (owner: string, name: string): Repository | undefined => {
    const ownerId = byLogin(owner)?.id;
    return store.state.repositories.find(
      (row) => row.ownerId === ownerId && sameName(row.name, name),
    );
  };

  /** Explicit access: by owning it, or through the organization, whose base permission is read. */
  function accessTo(userId: number, row: Repository): Access | null {
    if (administers(userId, row.ownerId)) return "admin";
    return belongsTo(userId, row.ownerId) ? "read" : null;
  }

  return {
    byId,
    byLogin,
    requireById,
    membership,
    administers,
    ownerIdOf,
    belongsTo,
    accountsOf,
    repositoriesOf,
    repository,
    repositoryById: (id: number) => store.state.repositories.find((row) => row.id === id),
    accessTo,
    userLogins: () =>
      store.state.accounts.filter(({ type }) => type === "User").map(({ login }) => login),
  };
}
