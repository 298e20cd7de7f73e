import { AppError } from "@layers/contracts";
import { fingerprint } from "../crypto/digest.ts";
import {
  type GitHub,
  type GitHubInstallation,
  type Membership,
  type UserGrant,
  UserTokenRefused,
} from "./github.ts";
import * as bodies from "./github-bodies.ts";
import type { GitHubConfig } from "./github-config.ts";
import { readBody, type SendToGitHub } from "./github-requests.ts";
import { toMembership } from "./membership.ts";

type UserReads = Pick<
  GitHub,
  "exchangeCode" | "refreshGrant" | "readUser" | "readMembership" | "listUserInstallations"
>;

/** More installations than this are not offered for a choice. */
const maxInstallationPages = 10;
const perPage = 100;

/** What a person's own token tells about the person. */
export function userReads(send: SendToGitHub, config: GitHubConfig): UserReads {
  const grant = createGrant(send, config);
  const asUser = async (token: string, route: string, parameters: Record<string, unknown> = {}) => {
    // Each person has a limit of his own: nobody who used his up stops another.
    const limitedBy = `user ${fingerprint(token)}`;
    const answer = await send({ route, parameters, as: { token }, limitedBy });
    if (answer.status === 401) throw new UserTokenRefused();
    return answer;
  };

  return {
    exchangeCode: ({ code, codeVerifier, redirectUri }) =>
      grant({ code, code_verifier: codeVerifier, redirect_uri: redirectUri }),

    refreshGrant: (refreshToken) =>
      grant({ grant_type: "refresh_token", refresh_token: refreshToken }),

    readUser: async (token) => readBody(bodies.UserBody, await asUser(token, "GET /user")),

    async readMembership(token, organization): Promise<Membership> {
      const answer = await asUser(token, "GET /user/memberships/orgs/{org}", { org: organization });
      return toMembership(answer);
    },

    async listUserInstallations(token) {
      const found: GitHubInstallation[] = [];
      for (let page = 1; page <= maxInstallationPages; page++) {
        const answer = await asUser(token, "GET /user/installations", { page, per_page: perPage });
        const { installations } = readBody(bodies.UserInstallationsBody, answer);
        found.push(...installations);
        if (installations.length < perPage) break;
      }
      return found;
    },
  };
}

/** What GitHub says of a code or a refresh token that it does not take. */
const refusals = ["bad_verification_code", "bad_refresh_token"];

/** Asks for tokens by hand: the Octokit packages for OAuth do not send `code_verifier`. */
function createGrant(send: SendToGitHub, { webUrl, clientId, clientSecret }: GitHubConfig) {
  return async (parameters: Record<string, string>): Promise<UserGrant | undefined> => {
    const answer = await send({
      route: `POST ${webUrl}/login/oauth/access_token`,
      routeName: "POST /login/oauth/access_token",
      parameters: { client_id: clientId, client_secret: clientSecret, ...parameters },
      headers: { accept: "application/json" },
      as: "nobody",
      limitedBy: "oauth",
    });
    const refusal = bodies.OauthErrorBody.safeParse(answer.data);
    if (answer.status !== 200 || !refusal.success) return readBody(bodies.GrantBody, answer);
    if (refusals.includes(refusal.data.error)) return undefined;
    const cause = new Error(`GitHub refused the exchange: ${refusal.data.error}`);
    throw new AppError("GITHUB_UNAVAILABLE", { cause });
  };
}
