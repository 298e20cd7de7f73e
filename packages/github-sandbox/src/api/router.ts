import express, { type Router } from "express";
import type { Deps } from "../deps.ts";
import type { Hooks } from "../hooks/hooks.ts";
import { errorHandler } from "../http/error-handler.ts";
import type { World } from "../world/world.ts";
import { createCallers } from "./callers.ts";
import { requireUserAgent } from "./common-headers.ts";
import type { Api, Endpoint } from "./endpoint.ts";
import { accessTokenEndpoints } from "./endpoints/access-tokens.ts";
import { appEndpoints } from "./endpoints/app.ts";
import { appInstallationEndpoints } from "./endpoints/app-installations.ts";
import { applicationEndpoints } from "./endpoints/applications.ts";
import { contentAttachmentEndpoints } from "./endpoints/content-attachments.ts";
import { enterpriseInstallationEndpoints } from "./endpoints/enterprise-installations.ts";
import { enterpriseOrganizationEndpoints } from "./endpoints/enterprise-organizations.ts";
import { enterpriseRepositoryEndpoints } from "./endpoints/enterprise-repositories.ts";
import { findInstallationEndpoints } from "./endpoints/find-installation.ts";
import { hookConfigEndpoints } from "./endpoints/hook-config.ts";
import { hookDeliveryEndpoints } from "./endpoints/hook-deliveries.ts";
import { installationEndpoints } from "./endpoints/installation.ts";
import { installationRepositoryEndpoints } from "./endpoints/installation-repositories.ts";
import { membershipEndpoints } from "./endpoints/memberships.ts";
import { metaEndpoints } from "./endpoints/meta.ts";
import { organizationEndpoints } from "./endpoints/organizations.ts";
import { repositoryEndpoints } from "./endpoints/repositories.ts";
import { userEndpoints } from "./endpoints/user.ts";
import { GitHubError, restDocs, toErrorBody } from "./github-error.ts";
import { keepLimits } from "./limits.ts";
import type { RateLimits } from "./rate-limits.ts";
import { keepReplicaLag } from "./replica-lag.ts";
import { selectVersion } from "./versions.ts";

const groups: readonly ((api: Api) => Endpoint[])[] = [
  appEndpoints,
  appInstallationEndpoints,
  accessTokenEndpoints,
  hookConfigEndpoints,
  hookDeliveryEndpoints,
  findInstallationEndpoints,
  installationEndpoints,
  userEndpoints,
  installationRepositoryEndpoints,
  applicationEndpoints,
  contentAttachmentEndpoints,
  membershipEndpoints,
  organizationEndpoints,
  enterpriseOrganizationEndpoints,
  enterpriseInstallationEndpoints,
  enterpriseRepositoryEndpoints,
  repositoryEndpoints,
  metaEndpoints,
];

const largestBody = "2mb";

/** Everything under `/api/v3`. */
export function createApiRouter(
  deps: Deps,
  { world, hooks, rateLimits }: { world: World; hooks: Hooks; rateLimits: RateLimits },
): Router {
  const api: Api = { ...deps, world, hooks, callers: createCallers(deps, world) };
  const router = express.Router({ strict: true, caseSensitive: true });
  router.use(requireUserAgent, keepLimits(rateLimits), selectVersion(deps));
  router.use(keepReplicaLag(world));
  // GitHub reads JSON whatever the content type says.
  router.use(express.text({ type: () => true, limit: largestBody }));
  for (const { method, path, editions, handler } of groups.flatMap((group) => group(api)))
    if (editions.includes(deps.edition)) router[method](path, handler(api));
  router.use(() => {
    throw new GitHubError(404, "Not Found", restDocs);
  });
  router.use(sendError);
  return router;
}

function toGitHubError(error: unknown): GitHubError {
  if (error instanceof GitHubError) return error;
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  if (status >= 400 && status < 500) return new GitHubError(status, (error as Error).message);
  console.error(error);
  return new GitHubError(500, "Server Error");
}

const sendError = errorHandler((error, _req, res) => {
  const { status, message, docs } = toGitHubError(error);
  res.status(status).json(toErrorBody(status, message, docs));
});
