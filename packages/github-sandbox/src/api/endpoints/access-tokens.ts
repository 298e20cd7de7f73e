import { toTimestamp } from "../../deps.ts";
import type { TokenFormat } from "../../registration.ts";
import type {
  EnterpriseInstallation,
  Installation,
  Permissions,
  Repository,
} from "../../world/model.ts";
import { asApp, grants, suspended } from "../callers.ts";
import { type Api, type Call, type Endpoint, endpoint } from "../endpoint.ts";
import { GitHubError } from "../github-error.ts";
import { presentListedRepository } from "../present/repository.ts";
import { parseTokenRequest, type TokenRequest } from "../token-request.ts";
import { requireInstallation } from "./app-installations.ts";

function narrowRepositories(
  reachable: Repository[],
  { names, ids }: TokenRequest,
): Repository[] | null {
  if (names.length === 0 && ids.length === 0) return null;
  const byName = new Map(
    reachable.map((repository) => [repository.name.toLowerCase(), repository]),
  );
  const byId = new Map(reachable.map((repository) => [repository.id, repository]));
  const found = [
    ...names.map((name) => byName.get(name.toLowerCase())),
    ...ids.map((id) => byId.get(id)),
  ];
  const known = found.filter((repository) => repository !== undefined);
  if (known.length < found.length)
    throw new GitHubError(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  return [...new Set(known)];
}

function narrowPermissions(grant: Permissions, wanted: Permissions | null): Permissions {
  if (!wanted) return { ...grant };
  const granted = new Map(Object.entries(grant));
  if (!Object.entries(wanted).every(([name, access]) => grants(granted.get(name), access)))
    throw new GitHubError(422, "The permissions requested are not granted to this installation.");
  return { ...wanted, ...(granted.has("metadata") && { metadata: "read" }) };
}

function chosenFormat(api: Api, { header }: Call<unknown>): TokenFormat {
  const override = header("x-github-stateless-s2s-token");
  if (override === "enabled") return "stateless";
  if (override === "disabled") return "opaque";
  return api.registration.app.tokenFormat;
}

/** What a token may reach; of an enterprise's own installation no repository. */
function reachOf({ world }: Api, installation: Installation | EnterpriseInstallation) {
  return "enterpriseId" in installation
    ? { repositories: [], selection: "selected" }
    : {
        repositories: world.installations.repositoriesOf(installation),
        selection: installation.selection,
      };
}

function createToken(api: Api, call: Call<unknown>) {
  const { world } = api;
  const installation = requireInstallation(api, call.id("installation_id"));
  if (installation.suspension) throw suspended();
  const wanted = parseTokenRequest(call.body());
  const reach = reachOf(api, installation);
  const repositories = narrowRepositories(reach.repositories, wanted);
  const permissions = narrowPermissions(installation.permissions, wanted.permissions);
  const format = chosenFormat(api, call);
  const token = world.installationTokens.mint(installation, { permissions, repositories, format });
  const present = (repository: Repository) => {
    const owner = world.accounts.requireById(repository.ownerId);
    const view = { urls: api.urls(), version: call.version, owner, access: null };
    return presentListedRepository(repository, view);
  };
  return {
    token: token.text,
    expires_at: toTimestamp(token.expiresAt),
    permissions,
    repository_selection: repositories ? "selected" : reach.selection,
    ...(repositories && { repositories: repositories.map(present) }),
  };
}

export const accessTokenEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "POST /app/installations/:installation_id/access_tokens",
    docs: "apps/apps#create-an-installation-access-token-for-an-app",
    caller: asApp,
    handle: (call) => ({ status: 201, body: createToken(api, call) }),
  }),
];
