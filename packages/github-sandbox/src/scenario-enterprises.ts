import type { Deps } from "./deps.ts";
import type { Account, Enterprise, EnterpriseInstallation } from "./world/model.ts";
import { createRows } from "./world/rows.ts";
import type { World } from "./world/world.ts";

/** An organization with repositories named `repository-1`, `repository-2`, … */
export interface NewOrganization {
  login: string;
  /** How many repositories it starts with: none when absent. */
  repositories?: number | undefined;
  /** Slug of the enterprise that owns it: none when absent. */
  enterprise?: string | undefined;
  /** Login of its owner: `octo-admin` when absent. */
  owner?: string | undefined;
}

/** An enterprise with organizations named `SLUG-1`, `SLUG-2`, … */
export interface NewEnterprise {
  slug: string;
  /** How many organizations it starts with: none when absent. */
  organizations?: number | undefined;
  /** How many repositories each of them starts with: none when absent. */
  repositoriesEach?: number | undefined;
  /** Whether the App is installed on it: it is when absent. */
  installed?: boolean | undefined;
}

/** An enterprise, as a test wants to see it. */
export interface EnterpriseSummary {
  id: number;
  slug: string;
  /** Logins of the organizations that it owns. */
  organizations: string[];
  /** The App's installation on the enterprise itself, if there is one. */
  installation: { id: number; suspended: boolean } | null;
}

/** Changes to enterprises and what they own, as if their owners had made them. */
export interface EnterpriseScenario {
  /** @throws when the slug is taken. */
  createEnterprise: (enterprise: NewEnterprise) => EnterpriseSummary;
  /** @throws when the login is taken, or the enterprise or the owner is unknown. */
  createOrganization: (organization: NewOrganization) => { id: number; login: string };
  /** @throws when the organization is unknown or has such a repository. */
  createRepository: (organization: string, name: string) => { id: number; name: string };
  /** @throws when there is no such enterprise. */
  enterprise: (slug: string) => EnterpriseSummary;
  /** Installs the App on the enterprise itself. @throws when it is there already. */
  installOnEnterprise: (slug: string) => EnterpriseSummary;
  /** Its tokens end. @throws when it is not installed there. */
  uninstallFromEnterprise: (slug: string) => EnterpriseSummary;
  /** @throws when it is not installed there. */
  suspendOnEnterprise: (slug: string) => EnterpriseSummary;
  /** @throws when it is not installed there. */
  unsuspendOnEnterprise: (slug: string) => EnterpriseSummary;
}

const defaultOwner = "octo-admin";
const numbered = (name: string, count = 0) =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);

function createFinders({ accounts, enterprises }: World) {
  const requireAccount = (login: string): Account => {
    const account = accounts.byLogin(login);
    if (!account) throw new Error(`There is no account ${login}`);
    return account;
  };
  const requireEnterprise = (slug: string): Enterprise => {
    const enterprise = enterprises.bySlug(slug);
    if (!enterprise) throw new Error(`There is no enterprise ${slug}`);
    return enterprise;
  };
  return { requireAccount, requireEnterprise };
}

type Owned = Pick<EnterpriseScenario, "createOrganization" | "createRepository">;

function createOwned(world: World, { store, now }: Deps): Owned {
  const { accounts } = world;
  const { requireAccount, requireEnterprise } = createFinders(world);
  const rows = createRows({ store, now });
  return {
    createOrganization({ login, repositories, enterprise, owner = defaultOwner }) {
      if (accounts.byLogin(login)) throw new Error(`There is an account ${login} already`);
      const { id: userId } = requireAccount(owner);
      const parent = enterprise === undefined ? undefined : requireEnterprise(enterprise);
      const { id } = rows.addOrganization(login);
      parent?.organizationIds.push(id);
      rows.addOwner(id, userId);
      for (const name of numbered("repository", repositories)) rows.addRepository(id, name);
      return { id, login };
    },
    createRepository(organization, name) {
      const { id: ownerId } = requireAccount(organization);
      if (accounts.repository(organization, name))
        throw new Error(`There is a repository ${organization}/${name} already`);
      const repository = rows.addRepository(ownerId, name);
      world.repositories.created(repository, accounts.ownerIdOf(ownerId));
      return { id: repository.id, name };
    },
  };
}

export function createEnterpriseScenario(world: World, deps: Deps): EnterpriseScenario {
  const { enterprises, installations } = world;
  const { requireAccount, requireEnterprise } = createFinders(world);
  const owned = createOwned(world, deps);

  function summarize(enterprise: Enterprise): EnterpriseSummary {
    const { id, slug } = enterprise;
    const row = installations.ofEnterprise(id);
    const organizations = enterprises.organizationsOf(enterprise).map(({ login }) => login);
    const installation = row ? { id: row.id, suspended: row.suspension !== null } : null;
    return { id, slug, organizations, installation };
  }

  /** Changes the App's installation on an enterprise, and answers the enterprise afterwards. */
  const changing =
    (change: (row: EnterpriseInstallation, enterprise: Enterprise) => void) => (slug: string) => {
      const enterprise = requireEnterprise(slug);
      const row = installations.ofEnterprise(enterprise.id);
      if (!row) throw new Error(`The App is not installed on the enterprise ${slug}`);
      change(row, enterprise);
      return summarize(enterprise);
    };

  function installOnEnterprise(slug: string) {
    const enterprise = requireEnterprise(slug);
    if (installations.ofEnterprise(enterprise.id))
      throw new Error(`The App is already installed on the enterprise ${slug}`);
    installations.createOnEnterprise(deps.registration.app, enterprise);
    return summarize(enterprise);
  }

  return {
    ...owned,
    createEnterprise({ slug, organizations, repositoriesEach, installed = true }) {
      if (enterprises.bySlug(slug)) throw new Error(`There is an enterprise ${slug} already`);
      const enterprise = createRows(deps).addEnterprise(slug, requireAccount(defaultOwner).id);
      for (const login of numbered(slug, organizations))
        owned.createOrganization({ login, enterprise: slug, repositories: repositoriesEach });
      return installed ? installOnEnterprise(slug) : summarize(enterprise);
    },
    enterprise: (slug) => summarize(requireEnterprise(slug)),
    installOnEnterprise,
    uninstallFromEnterprise: changing((row, { ownerId }) => installations.remove(row, ownerId)),
    suspendOnEnterprise: changing((row, { ownerId }) =>
      installations.suspend(row, { by: "owner", userId: ownerId }),
    ),
    unsuspendOnEnterprise: changing((row, { ownerId }) => installations.unsuspend(row, ownerId)),
  };
}
