import { AppError } from "@layers/contracts";
import { App } from "@octokit/app";
import { Octokit } from "@octokit/core";
import { BrokenCircuitError } from "cockatiel";
import type { z } from "zod";
import { type Answer, type Attempt, type GitHubRequest, isLimit, messageOf } from "./answers.ts";
import { createAppJwt } from "./app-jwt.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { GitHubConfig } from "./github-config.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { createPolicies, halfOpenMilliseconds, isOutage, TransientFailure } from "./policy.ts";
import {
  type CallWatch,
  classOf,
  countUnsent,
  nobodyWatches,
  watchAttempt,
} from "./watch-calls.ts";

export { type Answer, messageOf } from "./answers.ts";

/**
 * Sends a request under the one policy toward GitHub (`policy.ts`), and is silent for as long as GitHub
 * asks for it.
 *
 * @throws `GITHUB_UNAVAILABLE` for 5xx, timeouts and broken connections; `UNAVAILABLE` while GitHub has
 * just failed too often, and `GitHubLimited` while it limits whom the request counts against.
 */
export type SendToGitHub = (request: GitHubRequest) => Promise<Answer>;

export function createSendToGitHub(
  config: GitHubConfig,
  watch: CallWatch = nobodyWatches,
): SendToGitHub {
  const senders = createSenders(config, watch);
  const pauses = createPauses();
  const policies = createPolicies();

  return async (request) => {
    const paused = pauses.find(request.limitedBy);
    if (paused) {
      countUnsent(watch, request, "paused");
      throw paused;
    }
    const attempt = request.as === "app" ? senders.asApp : senders.asAnyone;
    const policy = policies.of(classOf(request), request.route.startsWith("GET "));
    try {
      const answer = await policy.execute(({ signal }) => attempt(request, signal));
      requireUnlimited(answer, request, pauses);
      return answer;
    } catch (cause) {
      if (isOutage(cause)) throw new AppError("GITHUB_UNAVAILABLE", { cause });
      if (!(cause instanceof BrokenCircuitError)) throw cause;
      countUnsent(watch, request, "circuit_open");
      throw new AppError("UNAVAILABLE", { retryAfter: halfOpenMilliseconds / 1000, cause });
    }
  };
}

/** Reads an answer's body. @throws `GITHUB_UNAVAILABLE` if it is not what GitHub documents. */
export function readBody<T extends z.ZodType>(schema: T, answer: Answer): z.output<T> {
  const parsed = schema.safeParse(answer.data);
  if (answer.status < 300 && parsed.success) return parsed.data;
  throw unusable(answer);
}

/** What to throw for an answer that is not as GitHub documents it. */
export function unusable({ status }: Answer): AppError {
  const cause = new Error(`GitHub answered ${status} with a body that we cannot use.`);
  return new AppError("GITHUB_UNAVAILABLE", { cause });
}

/** Whether GitHub refuses because the installation is suspended. */
export const isSuspension = (answer: Answer): boolean =>
  answer.status === 403 && messageOf(answer).includes("suspended");

/** Whatever GitHub's default becomes, this is the version that our schemas were written for. */
const apiVersion = { "x-github-api-version": "2022-11-28" };

const attemptBy =
  (octokit: Octokit, client: GitHubClient): Attempt =>
  async ({ route, parameters, headers, as }, signal) => {
    const all = { ...apiVersion, ...headers, ...authorizationOf(as, client) };
    try {
      return await octokit.request(route, { ...parameters, headers: all, request: { signal } });
    } catch (error) {
      const { response } = error as { response?: Answer };
      if (response && response.status < 500) return response;
      // The error itself is not kept: it holds the request with its credential.
      throw new TransientFailure(response);
    }
  };

type GitHubClient = Pick<GitHubConfig, "clientId" | "clientSecret">;

/** The App's JWT is added by Octokit. */
function authorizationOf(as: GitHubRequest["as"], { clientId, clientSecret }: GitHubClient) {
  if (typeof as === "object") return { authorization: `Bearer ${as.token}` };
  if (as !== "client") return {};
  const pair = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

/** Tries first what was not refused last. A request that is refused with 401 has done nothing yet. */
function firstAccepted(attempts: readonly Attempt[]): Attempt {
  let order = attempts;
  return async (request, signal) => {
    const [first, ...others] = order;
    if (!first) throw new Error("There is no way to send this.");
    const refusal = await first(request, signal);
    if (refusal.status !== 401) return refusal;
    for (const other of others) {
      const answer = await other(request, signal);
      if (answer.status === 401) continue;
      order = [other, ...attempts.filter((each) => each !== other)];
      return answer;
    }
    return refusal;
  };
}

function requireUnlimited(answer: Answer, { limitedBy }: GitHubRequest, pauses: Pauses): void {
  if (!isLimit(answer)) return;
  pauses.begin(limitedBy, answer.headers);
  const limited = pauses.find(limitedBy);
  if (limited) throw limited;
}

function createSenders(
  config: GitHubConfig,
  watch: CallWatch,
): { asApp: Attempt; asAnyone: Attempt } {
  const shared = {
    baseUrl: config.apiUrl,
    userAgent: "layers-connector",
    log: silent,
    request: { fetch: boundedFetch },
  };
  const { appId, privateKeys } = config;
  const asApp = privateKeys.map((privateKey) => {
    const createJwt = createAppJwt(privateKey, () => Math.floor(Date.now() / 1000));
    // The App hands its private key to auth-app, which then makes a new JWT for every call.
    const WithOurJwt = Octokit.defaults((options: object) => ({
      ...options,
      ...shared,
      auth: { appId, createJwt, log: silent },
    }));
    const { octokit } = new App({ appId, privateKey, Octokit: WithOurJwt });
    return watchAttempt(attemptBy(octokit, config), watch);
  });
  const asAnyone = watchAttempt(attemptBy(new Octokit(shared), config), watch);
  return { asApp: firstAccepted(asApp), asAnyone };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
