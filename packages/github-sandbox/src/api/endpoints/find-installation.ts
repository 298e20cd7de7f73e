import type {
  Account,
  EnterpriseInstallation,
  Installation,
  Repository,
} from "../../world/model.ts";
import { asApp } from "../callers.ts";
import { type Api, type Endpoint, endpoint, movedTo, ok, type Reply } from "../endpoint.ts";
import { notFound } from "../github-error.ts";
import { presentInstallation } from "../present/installation.ts";

function found(api: Api, installation: Installation | EnterpriseInstallation | undefined): Reply {
  if (!installation) throw notFound();
  return ok(presentInstallation(installation, api));
}

const installationOf = (api: Api, account: Account | undefined) =>
  found(api, account && api.world.installations.ofAccount(account.id));

function installationReaching(api: Api, repository: Repository | undefined): Reply {
  const { installations } = api.world;
  const installation = repository && installations.ofAccount(repository.ownerId);
  if (!installation || !installations.reaches(installation, repository)) throw notFound();
  return ok(presentInstallation(installation, api));
}

export const findInstallationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /orgs/:org/installation",
    docs: "apps/apps#get-an-organization-installation-for-the-authenticated-app",
    caller: asApp,
    handle: ({ param }) =>
      installationOf(api, api.world.accounts.byLogin(param("org"), "Organization")),
  }),
  endpoint({
    // Answers for organizations too, as GitHub's does.
    route: "GET /users/:username/installation",
    docs: "apps/apps#get-a-user-installation-for-the-authenticated-app",
    caller: asApp,
    handle: ({ param }) => installationOf(api, api.world.accounts.byLogin(param("username"))),
  }),
  endpoint({
    route: "GET /repos/:owner/:repo/installation",
    docs: "apps/apps#get-a-repository-installation-for-the-authenticated-app",
    caller: asApp,
    handle({ param }) {
      const { accounts, formerNames } = api.world;
      const repository = accounts.repository(param("owner"), param("repo"));
      if (repository) return installationReaching(api, repository);
      const former = formerNames.find(param("owner"), param("repo"));
      if (!former) throw notFound();
      return movedTo(api, `/repositories/${former.id}/installation`);
    },
  }),
  endpoint({
    route: "GET /repositories/:repository_id/installation",
    docs: "apps/apps#get-a-repository-installation-for-the-authenticated-app",
    caller: asApp,
    handle: ({ id }) =>
      installationReaching(api, api.world.accounts.repositoryById(id("repository_id"))),
  }),
  endpoint({
    route: "GET /enterprises/:enterprise/installation",
    docs: "apps/apps#get-an-enterprise-installation-for-the-authenticated-app",
    caller: asApp,
    handle({ param }) {
      const { enterprises, installations } = api.world;
      const enterprise = enterprises.bySlugOrId(param("enterprise"));
      return found(api, enterprise && installations.ofEnterprise(enterprise.id));
    },
  }),
];
