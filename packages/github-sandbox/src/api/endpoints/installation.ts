import type { Installation, InstallationToken, Repository } from "../../world/model.ts";
import { asAnyInstallation, asInstallation } from "../callers.ts";
import { type Api, type Endpoint, endpoint, noContent, ok } from "../endpoint.ts";
import { paginate } from "../pagination.ts";
import { presentListedRepository } from "../present/repository.ts";

/** What a token reaches: the installation's repositories, or the part that it was narrowed to. */
export function repositoriesOfToken(
  api: Api,
  installation: Installation,
  token: InstallationToken,
): Repository[] {
  const reachable = api.world.installations.repositoriesOf(installation);
  const { repositoryIds } = token;
  return repositoryIds ? reachable.filter(({ id }) => repositoryIds.includes(id)) : reachable;
}

export const installationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /installation/repositories",
    docs: "apps/installations#list-repositories-accessible-to-the-app-installation",
    caller: asInstallation(
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    ),
    permissions: "metadata=read",
    handle({ caller: { installation, token }, path, query, version }) {
      const repositories = repositoriesOfToken(api, installation, token);
      const page = paginate(repositories, { path, query, apiUrl: api.urls().api });
      const owner = api.world.accounts.requireById(installation.accountId);
      const view = { urls: api.urls(), version, owner, access: null };
      return ok(
        {
          total_count: repositories.length,
          repository_selection: token.repositoryIds ? "selected" : installation.selection,
          repositories: page.items.map((row) => presentListedRepository(row, view)),
        },
        page.headers,
      );
    },
  }),
  endpoint({
    route: "DELETE /installation/token",
    docs: "apps/installations#revoke-an-installation-access-token",
    caller: asAnyInstallation(
      "You must authenticate with an installation access token in order to revoke an installation access token.",
    ),
    handle({ caller }) {
      api.world.installationTokens.revoke(caller.text);
      return noContent();
    },
  }),
];
