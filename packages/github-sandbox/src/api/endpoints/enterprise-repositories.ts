import type { Installation, Repository } from "../../world/model.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import {
  documented,
  needing,
  readRepositories as readNeed,
  requireOrganizationInstallation,
  writeRepositories as writeNeed,
} from "../enterprise-call.ts";
import { GitHubError } from "../github-error.ts";
import { paginate } from "../pagination.ts";
import { presentAccessibleRepository } from "../present/enterprise.ts";
import { presentInstallation } from "../present/installation.ts";
import { readChoice, readRepositories, requireRepositoryUse } from "../selection-request.ts";

const path =
  "/enterprises/:enterprise/apps/organizations/:org/installations/:installation_id/repositories" as const;

/** What is granted already is not added again; where all are granted nothing changes. */
function grant({ world }: Api, row: Installation, repositories: Repository[]) {
  const fresh = repositories.filter(({ id }) => !row.repositoryIds.includes(id));
  if (row.selection === "all" || fresh.length === 0) return;
  const repositoryIds = [...row.repositoryIds, ...fresh.map(({ id }) => id)];
  world.installations.select(row, { selection: "selected", repositoryIds }, null);
}

/** Answers what was lost. */
function revoke({ world }: Api, row: Installation, repositories: Repository[]): Repository[] {
  if (row.selection === "all")
    throw new GitHubError(
      422,
      "Cannot remove repositories from an installation that has access to all repositories.",
    );
  const lost = repositories.filter(({ id }) => row.repositoryIds.includes(id));
  const repositoryIds = row.repositoryIds.filter((id) => !lost.some((one) => one.id === id));
  if (repositoryIds.length === 0)
    throw new GitHubError(
      422,
      "Cannot remove the last repository from this installation. Uninstall this application instead.",
    );
  if (lost.length > 0)
    world.installations.select(row, { selection: "selected", repositoryIds }, null);
  return lost;
}

export const enterpriseRepositoryEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: `GET ${path}`,
    docs: documented("get-the-repositories-accessible-to-a-given-github-app-installation"),
    ...needing(readNeed),
    handle(call) {
      const { installation, organization } = requireOrganizationInstallation(api, call);
      const all = api.world.installations.repositoriesOf(installation);
      const page = paginate(all, { ...call, apiUrl: api.urls().api });
      return ok(
        page.items.map((row) => presentAccessibleRepository(row, organization)),
        page.headers,
      );
    },
  }),
  endpoint({
    route: `PATCH ${path}`,
    docs: documented("toggle-installation-repository-access-between-selected-and-all-repositories"),
    ...needing(writeNeed),
    handle(call) {
      const { installation, organization } = requireOrganizationInstallation(api, call);
      const { permissions } = installation;
      const allowed = ["all", "selected"] as const;
      const choice = readChoice(api, call.body(), { organization, allowed, permissions });
      api.world.installations.select(installation, choice, null);
      return ok(presentInstallation(installation, api));
    },
  }),
  endpoint({
    route: `PATCH ${path}/add`,
    docs: documented("grant-repository-access-to-an-organization-installation"),
    ...needing(writeNeed),
    handle(call) {
      const { installation, organization } = requireOrganizationInstallation(api, call);
      const repositories = readRepositories(api, organization, call.body());
      requireRepositoryUse(installation.permissions);
      grant(api, installation, repositories);
      return ok(repositories.map((row) => presentAccessibleRepository(row, organization)));
    },
  }),
  endpoint({
    route: `PATCH ${path}/remove`,
    docs: documented("remove-repository-access-from-an-organization-installation"),
    ...needing(writeNeed),
    handle(call) {
      const { installation, organization } = requireOrganizationInstallation(api, call);
      const repositories = readRepositories(api, organization, call.body());
      requireRepositoryUse(installation.permissions);
      const lost = revoke(api, installation, repositories);
      return ok(lost.map((row) => presentAccessibleRepository(row, organization)));
    },
  }),
];
