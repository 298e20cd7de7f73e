import type {
  EnterpriseInstallation,
  Installation,
  InstallationRequest,
} from "../../world/model.ts";
import { enterpriseSettingsPath, settingsPath } from "../../world/settings-path.ts";
import type { Api } from "../endpoint.ts";
import { nodeId, presentSimpleUser } from "./account.ts";
import { presentEnterprise } from "./enterprise.ts";

type Context = Pick<Api, "urls" | "world">;

function presentAccountTarget({ id, accountId, selection }: Installation, context: Context) {
  const account = context.world.accounts.requireById(accountId);
  const urls = context.urls();
  return {
    account: presentSimpleUser(account, urls),
    repository_selection: selection,
    html_url: `${urls.web}${settingsPath(account, id)}`,
    target_id: account.id,
    target_type: account.type,
  };
}

/** An enterprise has neither login nor type; GitHub calls its selection `selected`. */
function presentEnterpriseTarget(row: EnterpriseInstallation, context: Context) {
  const enterprise = context.world.enterprises.requireById(row.enterpriseId);
  const urls = context.urls();
  return {
    account: presentEnterprise(enterprise, urls),
    repository_selection: "selected",
    html_url: `${urls.web}${enterpriseSettingsPath(enterprise, row.id)}`,
    target_id: enterprise.id,
    target_type: "Enterprise",
  };
}

export function presentInstallation(
  installation: Installation | EnterpriseInstallation,
  context: Context,
) {
  const { world } = context;
  const urls = context.urls();
  const app = world.apps.requireById(installation.appId);
  const { suspension } = installation;
  return {
    id: installation.id,
    client_id: app.clientId,
    ...("enterpriseId" in installation
      ? presentEnterpriseTarget(installation, context)
      : presentAccountTarget(installation, context)),
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    app_id: app.id,
    app_slug: app.slug,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspension
      ? presentSimpleUser(world.accounts.requireById(suspension.userId), urls)
      : null,
    suspended_at: suspension?.at ?? null,
  };
}

export function presentInstallationRequest(request: InstallationRequest, context: Context) {
  const { accounts } = context.world;
  const urls = context.urls();
  return {
    id: request.id,
    node_id: nodeId("IntegrationInstallationRequest", request.id),
    account: presentSimpleUser(accounts.requireById(request.accountId), urls),
    requester: presentSimpleUser(accounts.requireById(request.requesterId), urls),
    created_at: request.createdAt,
  };
}
