import { asClient, type ClientCaller } from "../callers.ts";
import { type Api, type Call, type Endpoint, endpoint, noContent, ok } from "../endpoint.ts";
import { notFound } from "../github-error.ts";
import { presentAuthorization } from "../present/authorization.ts";
import { requireText } from "../text-field.ts";

/**
 * The person's token that the body names.
 * @throws {GitHubError} 422 when it names none, 404 when the token is invalid or not this App's.
 */
function requireToken({ world }: Api, { caller, param, body }: Call<ClientCaller>) {
  if (param("client_id") !== caller.clientId) throw notFound();
  const text = requireText(body(), "access_token");
  const token = world.userTokens.find(text);
  const user = token && world.userTokens.isOurs(token) && world.accounts.byId(token.userId);
  if (!user) throw notFound();
  return { text, token, user };
}

export const applicationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "POST /applications/:client_id/token",
    docs: "apps/oauth-applications#check-a-token",
    caller: asClient,
    handle: (call) => ok(presentAuthorization(api, requireToken(api, call))),
  }),
  endpoint({
    route: "DELETE /applications/:client_id/token",
    docs: "apps/oauth-applications#delete-an-app-token",
    caller: asClient,
    handle(call) {
      api.world.userTokens.revoke(requireToken(api, call).text);
      return noContent();
    },
  }),
  endpoint({
    route: "DELETE /applications/:client_id/grant",
    docs: "apps/oauth-applications#delete-an-app-authorization",
    caller: asClient,
    handle(call) {
      api.world.authorizations.revoke(requireToken(api, call).user.id);
      return noContent();
    },
  }),
];
