import type { Access, Repository } from "../../world/model.ts";
import { type Anonymous, asAnyone, type InstallationCaller, type UserCaller } from "../callers.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { notFound } from "../github-error.ts";
import { presentFullRepository } from "../present/repository.ts";
import { repositoriesOfToken } from "./installation.ts";

type Caller = InstallationCaller | UserCaller | Anonymous;

/** A person's private repositories are visible through the App only where it is installed, and live. */
function appReaches({ world }: Api, repository: Repository): boolean {
  const installation = world.installations.ofAccount(repository.ownerId);
  return installation?.suspension === null && world.installations.reaches(installation, repository);
}

function isVisible(api: Api, caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  if (caller.kind === "installation")
    return repositoriesOfToken(api, caller.installation, caller.token).includes(repository);
  return accessOf(api, caller, repository) !== null && appReaches(api, repository);
}

function accessOf({ world }: Api, caller: Caller, repository: Repository): Access | null {
  return caller.kind === "user" ? world.accounts.accessTo(caller.user.id, repository) : null;
}

export const repositoryEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /repos/:owner/:repo",
    docs: "repos/repos#get-a-repository",
    caller: asAnyone,
    permissions: "metadata=read",
    handle({ caller, param, version }) {
      const repository = api.world.accounts.repository(param("owner"), param("repo"));
      if (!repository || !isVisible(api, caller, repository)) throw notFound();
      const owner = api.world.accounts.requireById(repository.ownerId);
      const access = accessOf(api, caller, repository);
      return ok(presentFullRepository(repository, { urls: api.urls(), version, owner, access }));
    },
  }),
];
