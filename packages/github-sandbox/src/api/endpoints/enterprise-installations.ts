import type { Choice } from "../../world/installations.ts";
import type { Account, AppIdentity, Installation } from "../../world/model.ts";
import { accountGrant, sameGrant, usesRepositories } from "../../world/permissions.ts";
import { type Api, type Endpoint, endpoint, noContent, ok } from "../endpoint.ts";
import {
  documented,
  needing,
  readInstallations,
  requireOrganization,
  requireOrganizationInstallation,
  writeInstallations,
} from "../enterprise-call.ts";
import { GitHubError } from "../github-error.ts";
import { paginate } from "../pagination.ts";
import { presentOrganizationInstallation } from "../present/enterprise.ts";
import { presentInstallation } from "../present/installation.ts";
import { invalidField, missingField } from "../request-fields.ts";
import { readChoice } from "../selection-request.ts";

const path = "/enterprises/:enterprise/apps/organizations/:org/installations" as const;

function requireApp({ world }: Api, clientId: unknown): AppIdentity {
  if (clientId === undefined) throw missingField("client_id");
  if (typeof clientId !== "string") throw invalidField("client_id", clientId, "a string");
  const app = world.apps.byClientId(clientId);
  if (!app) throw new GitHubError(422, "There is no GitHub App with this client_id.");
  return app;
}

/** Whatever members have asked for our App is approved with it. */
function install({ world, registration }: Api, app: AppIdentity, on: Account & { choice: Choice }) {
  if (app.id === registration.app.id) return world.requests.install(on.id, on.choice, null);
  const fields = { accountId: on.id, ...on.choice, requesterId: null };
  return world.installations.create(app, fields, null);
}

/** What is installed keeps its repositories, unless it uses none yet and the App now asks for some. */
function bringUpToDate({ world: { installations } }: Api, row: Installation, change: Update) {
  if (row.suspension) installations.unsuspend(row, null);
  if (sameGrant(row.permissions, change.permissions)) return;
  const usedRepositories = usesRepositories(row.permissions);
  installations.acceptPermissions(row, null);
  if (!usedRepositories && usesRepositories(row.permissions))
    installations.select(row, change.choice, null);
}

interface Update {
  permissions: Installation["permissions"];
  choice: Choice;
}

export const enterpriseInstallationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: `GET ${path}`,
    docs: documented("list-github-apps-installed-on-an-enterprise-owned-organization"),
    ...needing(readInstallations),
    handle(call) {
      const owned = requireOrganization(api, call);
      const urls = api.urls();
      const all = api.world.installations.onAccount(owned.organization.id);
      const page = paginate(all, { ...call, apiUrl: urls.api });
      const items = page.items.map((installation) => {
        const app = api.world.apps.requireById(installation.appId);
        return presentOrganizationInstallation({ ...owned, installation, app }, urls);
      });
      return ok(items, page.headers);
    },
  }),
  endpoint({
    route: `POST ${path}`,
    docs: documented("install-a-github-app-on-an-enterprise-owned-organization"),
    ...needing(writeInstallations),
    handle(call) {
      const { organization } = requireOrganization(api, call);
      const body = call.body();
      const app = requireApp(api, body["client_id"]);
      const permissions = accountGrant(app.permissions);
      const allowed = ["all", "selected", "none"] as const;
      const choice = readChoice(api, body, { organization, allowed, permissions });
      const existing = api.world.installations
        .onAccount(organization.id)
        .find(({ appId }) => appId === app.id);
      if (existing) bringUpToDate(api, existing, { permissions, choice });
      const installation = existing ?? install(api, app, { ...organization, choice });
      return { status: existing ? 200 : 201, body: presentInstallation(installation, api) };
    },
  }),
  endpoint({
    route: `DELETE ${path}/:installation_id`,
    docs: documented("uninstall-a-github-app-from-an-enterprise-owned-organization"),
    ...needing(writeInstallations),
    handle(call) {
      api.world.installations.remove(requireOrganizationInstallation(api, call).installation, null);
      return noContent();
    },
  }),
];
