import { AppError } from "@layers/contracts";
import { fingerprint } from "../crypto/digest.ts";
import type { GitHub, GitHubInstallation, Membership } from "./github.ts";
import * as bodies from "./github-bodies.ts";
import type { GitHubConfig } from "./github-config.ts";
import { readBody, type SendToGitHub } from "./github-requests.ts";

type UserReads = Pick<
  GitHub,
  "exchangeCode" | "readUser" | "readMembership" | "listUserInstallations"
>;

/** More installations than this are not offered for a choice. */
const maxInstallationPages = 10;
const perPage = 100;

/** What a person's own token tells about the person. */
export function userReads(send: SendToGitHub, config: GitHubConfig): UserReads {
  const asUser = (token: string, route: string, parameters: Record<string, unknown> = {}) =>
    // Each person has a limit of his own: nobody who used his up stops another.
    send({ route, parameters, as: { token }, limitedBy: `user ${fingerprint(token)}` });

  return {
    async exchangeCode({ code, codeVerifier, redirectUri }) {
      // By hand: the Octokit packages for OAuth do not send `code_verifier`.
      const answer = await send({
        route: `POST ${config.webUrl}/login/oauth/access_token`,
        parameters: {
          client_id: config.clientId,
          client_secret: config.clientSecret,
          code,
          code_verifier: codeVerifier,
          redirect_uri: redirectUri,
        },
        headers: { accept: "application/json" },
        as: "nobody",
        limitedBy: "oauth",
      });
      const refusal = bodies.OauthErrorBody.safeParse(answer.data);
      if (answer.status === 200 && refusal.success) {
        if (refusal.data.error === "bad_verification_code") return undefined;
        const cause = new Error(`GitHub refused the exchange: ${refusal.data.error}`);
        throw new AppError("GITHUB_UNAVAILABLE", { cause });
      }
      return readBody(bodies.AccessTokenBody, answer).access_token;
    },

    readUser: async (token) => readBody(bodies.UserBody, await asUser(token, "GET /user")),

    async readMembership(token, organization): Promise<Membership> {
      const answer = await asUser(token, "GET /user/memberships/orgs/{org}", { org: organization });
      if (answer.status === 403 && answer.headers["x-github-sso"] !== undefined)
        return { kind: "sso_required" };
      if (answer.status === 403 || answer.status === 404) return { kind: "none" };
      const body = readBody(bodies.MembershipBody, answer);
      return {
        kind: "member",
        isActiveAdmin: body.state === "active" && body.role === "admin",
        organizationId: body.organization.id,
        userId: body.user?.id ?? 0,
      };
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
