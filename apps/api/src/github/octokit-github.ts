import { AppError } from "@layers/contracts";
import { LRUCache } from "lru-cache";
import { fingerprint } from "../crypto/digest.ts";
import { appReads } from "./app-reads.ts";
import { hasContentAttachments } from "./edition.ts";
import { enterpriseReads } from "./enterprise-reads.ts";
import { createForward } from "./forward.ts";
import type { GitHub, InstallationRequest, MintResult, RepositoriesResult } from "./github.ts";
import * as bodies from "./github-bodies.ts";
import type { GitHubConfig } from "./github-config.ts";
import { githubPages } from "./github-pages.ts";
import {
  type Answer,
  createSendToGitHub,
  isSuspension,
  messageOf,
  readBody,
  type SendToGitHub,
} from "./github-requests.ts";
import { toMembership } from "./membership.ts";
import { createIsOwnUserToken } from "./own-user-token.ts";
import { userReads } from "./user-reads.ts";
import type { CallWatch } from "./watch-calls.ts";

/** GitHub through Octokit. */
export function createOctokitGitHub(config: GitHubConfig, watch?: CallWatch): GitHub {
  const send = createSendToGitHub(config, watch);
  return {
    host: new URL(config.webUrl).origin,
    appId: config.appId,
    hasContentAttachments: hasContentAttachments(config.edition),
    ...githubPages(config),
    ...userReads(send, config),
    ...appCalls(send),
    ...appReads(send, config),
    ...enterpriseReads(send),
    ...tokenCalls(send),
    forward: createForward(send, config),
    isOwnUserToken: createIsOwnUserToken(send, config),
  };
}

type AppCalls = Pick<
  GitHub,
  "findInstallation" | "findInstallationRequests" | "uninstall" | "readApp" | "mintToken"
>;

function appCalls(send: SendToGitHub): AppCalls {
  const asApp = (route: string, parameters: Record<string, unknown> = {}) =>
    send({ route, parameters, as: "app", limitedBy: "app" });
  const cachedRequests = new LRUCache<"all", InstallationRequest[]>({ max: 1, ttl: 60_000 });
  const ofRequester = (all: readonly InstallationRequest[] | undefined, requesterId: number) =>
    (all ?? []).filter((request) => request.requesterId === requesterId);

  return {
    async findInstallation(installationId) {
      const answer = await asApp("GET /app/installations/{installation_id}", {
        installation_id: installationId,
      });
      return answer.status === 404 ? undefined : readBody(bodies.InstallationBody, answer);
    },

    async findInstallationRequests(requesterId) {
      const known = ofRequester(cachedRequests.get("all"), requesterId);
      if (known.length > 0) return known;
      const answer = await asApp("GET /app/installation-requests", { per_page: 100 });
      const all = readBody(bodies.InstallationRequestsBody, answer);
      cachedRequests.set("all", all);
      return ofRequester(all, requesterId);
    },

    async uninstall(installationId) {
      const answer = await asApp("DELETE /app/installations/{installation_id}", {
        installation_id: installationId,
      });
      requireStatus(answer, [202, 204, 404]);
    },

    async readApp() {
      const answer = await asApp("GET /app");
      const date = Date.parse(String(answer.headers["date"]));
      const { id, permissions } = readBody(bodies.AppBody, answer);
      return { id, permissions, date: Number.isNaN(date) ? undefined : date };
    },

    async mintToken(installationId, { repositories, permissions }): Promise<MintResult> {
      const answer = await send({
        route: "POST /app/installations/{installation_id}/access_tokens",
        parameters: {
          installation_id: installationId,
          ...(repositories && { repositories }),
          ...(permissions && { permissions }),
        },
        as: "app",
        limitedBy: `installation ${installationId}`,
      });
      if (answer.status === 404) return { kind: "gone" };
      if (isSuspension(answer)) return { kind: "suspended" };
      if (answer.status === 422)
        return messageOf(answer).includes("permissions")
          ? { kind: "permissions_not_granted" }
          : { kind: "repositories_not_granted" };
      return { kind: "minted", token: readBody(bodies.TokenBody, answer) };
    },
  };
}

function tokenCalls(
  send: SendToGitHub,
): Pick<GitHub, "revokeToken" | "listRepositories" | "readRateLimit" | "readMembershipOf"> {
  return {
    async readMembershipOf(token, { organization, login, installationId }) {
      const answer = await send({
        route: "GET /orgs/{org}/memberships/{username}",
        parameters: { org: organization, username: login },
        as: { token },
        limitedBy: `installation ${installationId}`,
      });
      return toMembership(answer);
    },

    async revokeToken(token) {
      const route = "DELETE /installation/token";
      const limitedBy = `revocation ${fingerprint(token)}`;
      const answer = await send({ route, as: { token }, limitedBy });
      requireStatus(answer, [204, 401, 403, 404]);
    },

    async listRepositories(token, { page, perPage, installationId }): Promise<RepositoriesResult> {
      const answer = await send({
        route: "GET /installation/repositories",
        parameters: { page, per_page: perPage },
        as: { token },
        limitedBy: `installation ${installationId}`,
      });
      if (isSuspension(answer)) return { kind: "suspended" };
      if (answer.status === 401 || answer.status === 403) return { kind: "token_refused" };
      const { total_count, repositories } = readBody(bodies.RepositoriesBody, answer);
      return { kind: "page", total: total_count, items: repositories };
    },

    async readRateLimit(token) {
      const answer = await send({
        route: "GET /rate_limit",
        as: { token },
        limitedBy: "rate_limit",
      });
      const { core } = readBody(bodies.RateLimitBody, answer).resources;
      return { remaining: core.remaining, resetAt: core.reset * 1000 };
    },
  };
}

function requireStatus(answer: Answer, expected: readonly number[]): void {
  if (expected.includes(answer.status)) return;
  const cause = new Error(`GitHub answered ${answer.status}.`);
  throw new AppError("GITHUB_UNAVAILABLE", { cause });
}
