import type { Installation, InstallationRequest } from "../../world/model.ts";
import { settingsPath } from "../../world/settings-path.ts";
import type { Api } from "../endpoint.ts";
import { nodeId, presentSimpleUser } from "./account.ts";

type Context = Pick<Api, "urls" | "registration" | "world">;

export function presentInstallation(installation: Installation, context: Context) {
  const { registration, world } = context;
  const urls = context.urls();
  const account = world.accounts.requireById(installation.accountId);
  const { suspension } = installation;
  return {
    id: installation.id,
    client_id: registration.app.clientId,
    account: presentSimpleUser(account, urls),
    repository_selection: installation.selection,
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}${settingsPath(account, installation.id)}`,
    app_id: registration.app.id,
    app_slug: registration.app.slug,
    target_id: account.id,
    target_type: account.type,
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
