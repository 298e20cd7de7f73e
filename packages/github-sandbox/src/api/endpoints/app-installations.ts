import { appOwnerLogin } from "../../world/fixtures.ts";
import type { EnterpriseInstallation, Installation } from "../../world/model.ts";
import { asApp } from "../callers.ts";
import { type Api, type Endpoint, endpoint, noContent, ok } from "../endpoint.ts";
import { forbiddenToApps, notFound } from "../github-error.ts";
import { paginate } from "../pagination.ts";
import { presentInstallation, presentInstallationRequest } from "../present/installation.ts";

/** @throws {GitHubError} 404 for an id that the App has no installation of. */
export function requireInstallation(api: Api, id: number): Installation | EnterpriseInstallation {
  const installation = api.world.installations.anyById(id);
  if (!installation) throw notFound();
  return installation;
}

/** `since` keeps what was updated at or after that time. */
function updatedSince(since: string | null) {
  const threshold = Date.parse(since ?? "");
  return ({ updatedAt }: { updatedAt: string }) =>
    Number.isNaN(threshold) || Date.parse(updatedAt) >= threshold;
}

export const appInstallationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /app/installations",
    docs: "apps/apps#list-installations-for-the-authenticated-app",
    caller: asApp,
    handle({ path, query }) {
      const found = api.world.installations.listAll().filter(updatedSince(query.get("since")));
      const page = paginate(found, { path, query, apiUrl: api.urls().api });
      return ok(
        page.items.map((installation) => presentInstallation(installation, api)),
        page.headers,
      );
    },
  }),
  endpoint({
    route: "GET /app/installations/:installation_id",
    docs: "apps/apps#get-an-installation-for-the-authenticated-app",
    caller: asApp,
    handle: ({ id }) =>
      ok(presentInstallation(requireInstallation(api, id("installation_id")), api)),
  }),
  endpoint({
    route: "DELETE /app/installations/:installation_id",
    docs: "apps/apps#delete-an-installation-for-the-authenticated-app",
    caller: asApp,
    handle({ id, version }) {
      api.world.installations.remove(requireInstallation(api, id("installation_id")), null);
      return version === "2022-11-28" ? noContent() : { status: 202, body: {} };
    },
  }),
  endpoint({
    route: "GET /app/installation-requests",
    docs: "apps/apps#list-installation-requests-for-the-authenticated-app",
    caller: asApp,
    handle({ path, query }) {
      const page = paginate(api.world.requests.list(), { path, query, apiUrl: api.urls().api });
      return ok(
        page.items.map((request) => presentInstallationRequest(request, api)),
        page.headers,
      );
    },
  }),
  ...suspensionEndpoints(api),
];

const suspensionEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "PUT /app/installations/:installation_id/suspended",
    docs: "apps/apps#suspend-an-app-installation",
    caller: asApp,
    handle({ id }) {
      const installation = requireInstallation(api, id("installation_id"));
      const userId = api.world.accounts.byLogin(appOwnerLogin)?.id ?? 0;
      if (!installation.suspension)
        api.world.installations.suspend(installation, { by: "app", userId });
      return noContent();
    },
  }),
  endpoint({
    route: "DELETE /app/installations/:installation_id/suspended",
    docs: "apps/apps#unsuspend-an-app-installation",
    caller: asApp,
    handle({ id }) {
      const installation = requireInstallation(api, id("installation_id"));
      if (installation.suspension?.by === "owner") throw forbiddenToApps();
      if (installation.suspension) api.world.installations.unsuspend(installation, null);
      return noContent();
    },
  }),
];
