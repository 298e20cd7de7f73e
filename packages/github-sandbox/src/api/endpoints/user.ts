import type { Account, Installation, Repository } from "../../world/model.ts";
import {
  asPerson,
  asUser,
  asUserOrRepositoryOwner,
  type PersonalCaller,
  type UserCaller,
} from "../callers.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { notFound } from "../github-error.ts";
import { paginate } from "../pagination.ts";
import { presentPrivateUser } from "../present/account.ts";
import { presentInstallation } from "../present/installation.ts";
import { presentListedRepository } from "../present/repository.ts";

const refusal = (purpose: string) =>
  `You must authenticate with an access token authorized to a GitHub App in order to ${purpose}`;

/** What the App and the person can both reach. */
function sharedRepositories(
  { world }: Api,
  user: Account,
  installation: Installation,
): Repository[] {
  return world.installations
    .repositoriesOf(installation)
    .filter((repository) => world.accounts.accessTo(user.id, repository));
}

/** Everything he can reach a repository of: not proof that he administers any of it. */
const isVisible = (api: Api, user: Account) => (installation: Installation) =>
  api.world.accounts.administers(user.id, installation.accountId) ||
  sharedRepositories(api, user, installation).length > 0;

/**
 * Of the App that acts for him; of any App where he uses a token of his own.
 * @throws {GitHubError} 404 for an installation that he can reach nothing of.
 */
export function requireVisible(
  api: Api,
  caller: UserCaller | PersonalCaller,
  id: number,
): Installation {
  const { user } = caller;
  const appId = caller.kind === "user" ? caller.appId : undefined;
  const installation = api.world.installations.listOfApp(appId).find((row) => row.id === id);
  if (!installation || !isVisible(api, user)(installation)) throw notFound();
  return installation;
}

export const userEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /user",
    docs: "users/users#get-the-authenticated-user",
    caller: asPerson,
    handle({ caller: { user } }) {
      return ok(presentPrivateUser(user, api.urls(), api.world.accounts.repositoriesOf(user.id)));
    },
  }),
  endpoint({
    route: "GET /user/installations",
    docs: "apps/installations#list-app-installations-accessible-to-the-user-access-token",
    caller: asUser(refusal("list installations")),
    handle({ caller: { user, appId }, path, query }) {
      const visible = api.world.installations.listOfApp(appId).filter(isVisible(api, user));
      const page = paginate(visible, { path, query, apiUrl: api.urls().api });
      const installations = page.items.map((row) => presentInstallation(row, api));
      return ok({ total_count: visible.length, installations }, page.headers);
    },
  }),
  endpoint({
    route: "GET /user/installations/:installation_id/repositories",
    docs: "apps/installations#list-repositories-accessible-to-the-user-access-token",
    caller: asUserOrRepositoryOwner(refusal("list repositories for an installation")),
    permissions: "metadata=read",
    handle({ caller, id, path, query, version }) {
      const { user } = caller;
      const installation = requireVisible(api, caller, id("installation_id"));
      const shared = sharedRepositories(api, user, installation);
      const page = paginate(shared, { path, query, apiUrl: api.urls().api });
      const owner = api.world.accounts.requireById(installation.accountId);
      const repositories = page.items.map((row) => {
        const access = api.world.accounts.accessTo(user.id, row);
        return presentListedRepository(row, { urls: api.urls(), version, owner, access });
      });
      const { selection } = installation;
      return ok(
        { total_count: shared.length, repository_selection: selection, repositories },
        page.headers,
      );
    },
  }),
];
