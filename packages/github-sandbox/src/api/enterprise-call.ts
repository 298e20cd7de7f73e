import type { Access, Account, Enterprise, Installation } from "../world/model.ts";
import { type EnterpriseCaller, type Guard, grants, refusalOf } from "./callers.ts";
import type { Api, Call } from "./endpoint.ts";
import { forbiddenToApps, notFound } from "./github-error.ts";

const installations = "enterprise_organization_installations";
const repositories = "enterprise_organization_installation_repositories";

/** Any of these permissions, at this level at least, opens a route. */
interface Need {
  anyOf: readonly string[];
  access: Access;
}

export const readInstallations: Need = { anyOf: [installations], access: "read" };
export const writeInstallations: Need = { anyOf: [installations], access: "write" };
export const readRepositories: Need = { anyOf: [repositories, installations], access: "read" };
export const writeRepositories: Need = { anyOf: [repositories, installations], access: "write" };

/** The token of an App's installation on an enterprise, when it grants what is needed. */
const asEnterprise =
  ({ anyOf, access }: Need): Guard<EnterpriseCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind !== "enterprise") throw refusalOf(caller);
    if (!anyOf.some((name) => grants(caller.token.permissions[name], access)))
      throw forbiddenToApps();
    return caller;
  };

/** Who may call, and the header that says so. */
export const needing = (need: Need) => ({
  caller: asEnterprise(need),
  permissions: need.anyOf.map((name) => `${name}=${need.access}`).join("; "),
});

export const documented = (anchor: string) =>
  `enterprise-admin/organization-installations#${anchor}`;

type EnterpriseCall = Call<EnterpriseCaller>;

/** @throws {GitHubError} 404 for every enterprise but the caller's own. */
export function requireEnterprise({ world }: Api, { param, caller }: EnterpriseCall): Enterprise {
  const enterprise = world.enterprises.bySlugOrId(param("enterprise"));
  if (!enterprise || enterprise.id !== caller.installation.enterpriseId) throw notFound();
  return enterprise;
}

export interface OwnedOrganization {
  enterprise: Enterprise;
  organization: Account;
}

/** @throws {GitHubError} 404 for an organization that the enterprise does not own. */
export function requireOrganization(api: Api, call: EnterpriseCall): OwnedOrganization {
  const enterprise = requireEnterprise(api, call);
  const organization = api.world.enterprises.organization(enterprise, call.param("org"));
  if (!organization) throw notFound();
  return { enterprise, organization };
}

/** Any App's. @throws {GitHubError} 404 for an installation that is not on the organization. */
export function requireOrganizationInstallation(
  api: Api,
  call: EnterpriseCall,
): OwnedOrganization & { installation: Installation } {
  const owned = requireOrganization(api, call);
  const id = call.id("installation_id");
  const all = api.world.installations.onAccount(owned.organization.id);
  const installation = all.find((row) => row.id === id);
  if (!installation) throw notFound();
  return { ...owned, installation };
}
