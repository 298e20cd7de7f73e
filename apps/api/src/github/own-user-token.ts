import type { GitHub } from "./github.ts";
import * as bodies from "./github-bodies.ts";
import type { GitHubConfig } from "./github-config.ts";
import { readBody, type SendToGitHub } from "./github-requests.ts";

/** Asks GitHub whose a user token is. @see https://docs.github.com/rest/apps/oauth-applications#check-a-token */
export function createIsOwnUserToken(
  send: SendToGitHub,
  { clientId }: GitHubConfig,
): GitHub["isOwnUserToken"] {
  return async (token) => {
    const answer = await send({
      route: "POST /applications/{client_id}/token",
      parameters: { client_id: clientId, access_token: token },
      as: "client",
      limitedBy: "applications",
    });
    if (answer.status === 404 || answer.status === 422) return false;
    return readBody(bodies.AuthorizationBody, answer).app.client_id === clientId;
  };
}
