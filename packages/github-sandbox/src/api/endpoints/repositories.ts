import type { Access, Repository } from "../../world/model.ts";
import { asAnyone, type Caller, type PersonalCaller } from "../callers.ts";
import { type Api, type Call, type Endpoint, endpoint, movedTo, ok } from "../endpoint.ts";
import { notFound } from "../github-error.ts";
import { presentFullRepository } from "../present/repository.ts";
import { repositoriesOfToken } from "./installation.ts";

/** A person's private repositories are visible through the App only where it is installed, and live. */
function appReaches({ world }: Api, appId: number, repository: Repository): boolean {
  const installation = world.installations.ofAccount(repository.ownerId, appId);
  return installation?.suspension === null && world.installations.reaches(installation, repository);
}

/** A fine-grained token is granted no repository here. */
const readsPrivate = ({ token }: PersonalCaller) => token.scopes.includes("repo");

function isVisible(api: Api, caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  if (caller.kind === "installation")
    return repositoriesOfToken(api, caller.installation, caller.token).includes(repository);
  if (accessOf(api, caller, repository) === null) return false;
  if (caller.kind === "personal") return readsPrivate(caller);
  return caller.kind === "user" && appReaches(api, caller.appId, repository);
}

function accessOf({ world }: Api, caller: Caller, repository: Repository): Access | null {
  return caller.kind === "user" || caller.kind === "personal"
    ? world.accounts.accessTo(caller.user.id, repository)
    : null;
}

/** @throws {GitHubError} 404 for what is not there, and for what the caller may not see. */
function show(api: Api, { caller, version }: Call<Caller>, repository: Repository | undefined) {
  if (!repository || !isVisible(api, caller, repository)) throw notFound();
  const owner = api.world.accounts.requireById(repository.ownerId);
  const access = accessOf(api, caller, repository);
  return ok(presentFullRepository(repository, { urls: api.urls(), version, owner, access }));
}

export const repositoryEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /repos/:owner/:repo",
    docs: "repos/repos#get-a-repository",
    caller: asAnyone,
    permissions: "metadata=read",
    handle(call) {
      const { caller, param } = call;
      const { accounts, formerNames } = api.world;
      const repository = accounts.repository(param("owner"), param("repo"));
      if (repository) return show(api, call, repository);
      const former = formerNames.find(param("owner"), param("repo"));
      if (!former || !isVisible(api, caller, former)) throw notFound();
      return movedTo(api, `/repositories/${former.id}`);
    },
  }),
  endpoint({
    route: "GET /repositories/:repository_id",
    docs: "repos/repos#get-a-repository",
    caller: asAnyone,
    permissions: "metadata=read",
    handle: (call) => show(api, call, api.world.accounts.repositoryById(call.id("repository_id"))),
  }),
];
