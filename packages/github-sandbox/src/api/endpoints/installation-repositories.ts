import type { Account, Installation, Repository } from "../../world/model.ts";
import { asRepositoryOwner, type PersonalCaller } from "../callers.ts";
import { type Api, type Call, type Endpoint, endpoint, noContent } from "../endpoint.ts";
import { GitHubError, mustAdministerRepository, notFound } from "../github-error.ts";
import { requireVisible } from "./user.ts";

/** A repository of the account that the App is installed on, which the person administers. */
function requireOwnRepository(
  { world: { accounts } }: Api,
  user: Account,
  [installation, repositoryId]: [Installation, number],
): Repository {
  const repository = accounts
    .repositoriesOf(installation.accountId)
    .find(({ id }) => id === repositoryId);
  if (!repository || accounts.accessTo(user.id, repository) === null) throw notFound();
  if (accounts.accessTo(user.id, repository) !== "admin") throw mustAdministerRepository();
  return repository;
}

function findTarget(api: Api, { caller, id }: Call<PersonalCaller>) {
  const installation = requireVisible(api, caller, id("installation_id"));
  const target: [Installation, number] = [installation, id("repository_id")];
  return { installation, repository: requireOwnRepository(api, caller.user, target) };
}

function addRepository(api: Api, call: Call<PersonalCaller>) {
  const { installation, repository } = findTarget(api, call);
  const { caller } = call;
  const { installations } = api.world;
  if (installations.reaches(installation, repository)) return;
  const repositoryIds = [...installation.repositoryIds, repository.id];
  installations.select(installation, { selection: "selected", repositoryIds }, caller.user.id);
}

function removeRepository(api: Api, call: Call<PersonalCaller>) {
  const { installation, repository } = findTarget(api, call);
  const { caller } = call;
  const { installations } = api.world;
  if (installation.selection === "all")
    throw new GitHubError(
      422,
      "Cannot remove a repository from an installation that has access to all repositories.",
    );
  if (!installations.reaches(installation, repository)) throw notFound();
  const repositoryIds = installation.repositoryIds.filter((id) => id !== repository.id);
  if (repositoryIds.length === 0)
    throw new GitHubError(
      422,
      "Cannot remove the last repository from this installation. Uninstall this application instead.",
    );
  installations.select(installation, { selection: "selected", repositoryIds }, caller.user.id);
}

export const installationRepositoryEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "PUT /user/installations/:installation_id/repositories/:repository_id",
    docs: "apps/installations#add-a-repository-to-an-app-installation",
    caller: asRepositoryOwner,
    handle(call) {
      addRepository(api, call);
      return noContent();
    },
  }),
  endpoint({
    route: "DELETE /user/installations/:installation_id/repositories/:repository_id",
    docs: "apps/installations#remove-a-repository-from-an-app-installation",
    caller: asRepositoryOwner,
    handle(call) {
      removeRepository(api, call);
      return noContent();
    },
  }),
];
