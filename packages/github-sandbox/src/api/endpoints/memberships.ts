import type { Account, Membership } from "../../world/model.ts";
import { asUser, asUserOrInstallation, type InstallationCaller } from "../callers.ts";
import { type Api, type Call, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { forbiddenToApps, GitHubError, notFound } from "../github-error.ts";
import { presentOrganization, presentSimpleUser } from "../present/account.ts";

/** Both read the organization's permission `members`. */
const permissions = "members=read";

function requireOrganization(api: Api, { param }: Call<unknown>): Account {
  const organization = api.world.accounts.byLogin(param("org"), "Organization");
  if (!organization) throw notFound();
  return organization;
}

/** Whether the App may act in the organization for a person: installed there, live, and granted. */
function appReadsMembers({ world }: Api, appId: number, organization: Account): boolean {
  const installation = world.installations.ofAccount(organization.id, appId);
  return installation?.suspension === null && installation.permissions["members"] !== undefined;
}

function installationReadsMembers(caller: InstallationCaller, organization: Account): boolean {
  return (
    caller.installation.accountId === organization.id &&
    caller.token.permissions["members"] !== undefined
  );
}

function present(api: Api, organization: Account, row: Membership) {
  const urls = api.urls();
  const user = api.world.accounts.requireById(row.userId);
  return {
    url: `${urls.api}/orgs/${organization.login}/memberships/${user.login}`,
    state: row.state,
    role: row.role,
    direct_membership: true,
    enterprise_teams_providing_indirect_membership: [],
    organization_url: `${urls.api}/orgs/${organization.login}`,
    organization: presentOrganization(organization, urls),
    user: presentSimpleUser(user, urls),
  };
}

export const membershipEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /user/memberships/orgs/:org",
    docs: "orgs/members#get-an-organization-membership-for-the-authenticated-user",
    caller: asUser(),
    permissions,
    handle(call) {
      const organization = requireOrganization(api, call);
      const row = api.world.accounts.membership(organization.id, call.caller.user.id);
      if (!row) throw notFound();
      if (!appReadsMembers(api, call.caller.appId, organization)) throw forbiddenToApps();
      return ok(present(api, organization, row));
    },
  }),
  endpoint({
    route: "GET /orgs/:org/memberships/:username",
    docs: "orgs/members#get-organization-membership-for-a-user",
    caller: asUserOrInstallation,
    permissions,
    handle(call) {
      const { caller, param } = call;
      const { accounts } = api.world;
      const organization = requireOrganization(api, call);
      const person = accounts.byLogin(param("username"), "User");
      if (!person) throw notFound();
      if (caller.kind === "installation" && !installationReadsMembers(caller, organization))
        throw forbiddenToApps();
      if (
        caller.kind === "user" &&
        !(
          accounts.belongsTo(caller.user.id, organization.id) &&
          appReadsMembers(api, caller.appId, organization)
        )
      )
        throw new GitHubError(
          403,
          `You must be a member of ${organization.login} to see membership information for ${person.login}.`,
        );
      const row = accounts.membership(organization.id, person.id);
      if (!row) throw notFound();
      return ok(present(api, organization, row));
    },
  }),
];
