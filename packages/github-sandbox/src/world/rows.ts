import { type Deps, toTimestamp } from "../deps.ts";
import type { Account, Enterprise, Repository } from "./model.ts";

/** New rows for tests, each with an id of its own. */
export function createRows({ store, now }: Pick<Deps, "store" | "now">) {
  function begin() {
    const id = store.state.nextId;
    store.state.nextId += 1;
    return { id, createdAt: toTimestamp(now()) };
  }

  function add<T>(rows: T[], row: T): T {
    rows.push(row);
    store.changed();
    return row;
  }

  return {
    addEnterprise(name: string, ownerId: number) {
      const slug = name.toLowerCase();
      const row: Enterprise = { ...begin(), slug, name, ownerId, organizationIds: [] };
      return add(store.state.enterprises, row);
    },
    addOrganization(login: string) {
      const fields = { type: "Organization", login, name: login, description: null } as const;
      const row: Account = { ...begin(), ...fields };
      return add(store.state.accounts, row);
    },
    addOwner(organizationId: number, userId: number) {
      add(store.state.memberships, { organizationId, userId, role: "admin", state: "active" });
    },
    addRepository(ownerId: number, name: string) {
      const { id, createdAt } = begin();
      const row: Repository = {
        id,
        ownerId,
        name,
        private: true,
        description: `The ${name} project`,
        language: null,
        defaultBranch: "main",
        createdAt,
        pushedAt: createdAt,
      };
      return add(store.state.repositories, row);
    },
  };
}
