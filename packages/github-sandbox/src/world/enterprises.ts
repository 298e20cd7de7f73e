import type { Deps } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Account, Enterprise } from "./model.ts";

export type Enterprises = ReturnType<typeof createEnterprises>;

type EnterpriseDeps = Pick<Deps, "store"> & { accounts: Accounts };

/** Which enterprises there are, and what they own. */
export function createEnterprises({ store, accounts }: EnterpriseDeps) {
  const find = (wanted: (enterprise: Enterprise) => boolean) =>
    store.state.enterprises.find(wanted);

  const byId = (id: number) => find((enterprise) => enterprise.id === id);
  const bySlug = (slug: string) => find((row) => row.slug === slug.toLowerCase());

  function requireById(id: number): Enterprise {
    const enterprise = byId(id);
    if (!enterprise) throw new Error(`No enterprise has the id ${id}`);
    return enterprise;
  }

  function organization(enterprise: Enterprise, login: string): Account | undefined {
    const account = accounts.byLogin(login, "Organization");
    return account && enterprise.organizationIds.includes(account.id) ? account : undefined;
  }

  return {
    bySlug,
    requireById,
    /** GitHub takes either in a path. */
    bySlugOrId: (text: string) => bySlug(text) ?? find((row) => String(row.id) === text),
    organization,
    organizationsOf: ({ organizationIds }: Enterprise) => organizationIds.map(accounts.requireById),
  };
}
