import type { Deps } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Repository } from "./model.ts";

export type FormerNames = ReturnType<typeof createFormerNames>;

const keyOf = (owner: string, name: string) => `${owner}/${name}`.toLowerCase();

/** What repositories were called before, which still leads to them. */
export const createFormerNames = ({ store }: Pick<Deps, "store">, accounts: Accounts) => ({
  /** Before a repository gets another name or owner. */
  remember({ id, ownerId, name }: Repository) {
    const { login } = accounts.requireById(ownerId);
    store.state.formerNames.set(keyOf(login, name), id);
  },
  find(owner: string, name: string): Repository | undefined {
    const id = store.state.formerNames.get(keyOf(owner, name));
    return id === undefined ? undefined : accounts.repositoryById(id);
  },
});
