import type { Account } from "../../world/model.ts";
import { asUserOrInstallation, type InstallationCaller, type UserCaller } from "../callers.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { forbiddenToApps, GitHubError, notFound } from "../github-error.ts";
import { paginate } from "../pagination.ts";
import { presentInstallation } from "../present/installation.ts";

const permission = "organization_administration";

/** An owner, through an App that may administer the organization; or that App's own token. */
function requireAdministration(
  { world }: Api,
  caller: UserCaller | InstallationCaller,
  organization: Account,
) {
  if (caller.kind === "installation") {
    if (caller.installation.accountId !== organization.id || !caller.token.permissions[permission])
      throw forbiddenToApps();
    return;
  }
  if (!world.accounts.belongsTo(caller.user.id, organization.id)) throw notFound();
  if (!world.accounts.administers(caller.user.id, organization.id))
    throw new GitHubError(403, "Must have admin rights to Organization.");
  const installation = world.installations.ofAccount(organization.id, caller.appId);
  if (installation?.suspension !== null || !installation.permissions[permission])
    throw forbiddenToApps();
}

export const organizationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /orgs/:org/installations",
    docs: "orgs/orgs#list-app-installations-for-an-organization",
    caller: asUserOrInstallation,
    permissions: `${permission}=read`,
    handle({ caller, param, path, query }) {
      const organization = api.world.accounts.byLogin(param("org"), "Organization");
      if (!organization) throw notFound();
      requireAdministration(api, caller, organization);
      const all = api.world.installations.onAccount(organization.id);
      const page = paginate(all, { path, query, apiUrl: api.urls().api });
      const installations = page.items.map((row) => presentInstallation(row, api));
      return ok({ total_count: all.length, installations }, page.headers);
    },
  }),
];
