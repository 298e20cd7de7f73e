import { appOwnerLogin } from "../../world/fixtures.ts";
import type { Api } from "../endpoint.ts";
import { nodeId, presentSimpleUser } from "./account.ts";

/** `integration` */
export function presentApp({ registration, world, urls }: Api) {
  const { app } = registration;
  const owner = world.accounts.byLogin(appOwnerLogin);
  if (!owner) throw new Error(`The owner of the App, ${appOwnerLogin}, is missing`);
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("Integration", app.id),
    owner: presentSimpleUser(owner, urls()),
    name: app.name,
    description: app.description,
    external_url: app.externalUrl,
    html_url: `${urls().web}/github-apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}
