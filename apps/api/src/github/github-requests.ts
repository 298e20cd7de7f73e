import { AppError } from "@layers/contracts";
import { App } from "@octokit/app";
import { Octokit } from "@octokit/core";
import { BrokenCircuitError } from "cockatiel";
import { z } from "zod";
import { createAppJwt } from "./app-jwt.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { GitHubConfig } from "./github-config.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { createPolicies, halfOpenMilliseconds, isOutage, TransientFailure } from "./policy.ts";

/** GitHub's answer, as far as it is one: 2xx or 4xx. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** A request to GitHub. */
export interface GitHubRequest {
  /** Such as `GET /app/installations/{installation_id}`. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks: the App with its JWT, the App with its client secret, nobody, or whoever holds the token. */
  readonly as: "app" | "client" | "nobody" | { readonly token: string };
  /** Whose rate limit it counts against: a class of callers, and which of it. */
  readonly limitedBy: string;
}

/**
 * Sends a request under the one policy toward GitHub (`policy.ts`), and is silent for as long as GitHub
 * asks for it.
 *
 * @throws `GITHUB_UNAVAILABLE` for 5xx, timeouts and broken connections; `UNAVAILABLE` while GitHub has
 * just failed too often, and `GitHubLimited` while it limits whom the request counts against.
 */
export type SendToGitHub = (request: GitHubRequest) => Promise<Answer>;

export function createSendToGitHub(config: GitHubConfig): SendToGitHub {
  const senders = createSenders(config);
  const pauses = createPauses();
  const policies = createPolicies();

  return async (request) => {
    const { limitedBy, route } = request;
    pauses.requireNone(limitedBy);
    const attempt = request.as === "app" ? senders.asApp : senders.asAnyone;
    const [callClass = limitedBy] = limitedBy.split(" ", 1);
    const policy = policies.of(callClass, route.startsWith("GET "));
    try {
      const answer = await policy.execute(({ signal }) => attempt(request, signal));
      requireUnlimited(answer, request, pauses);
      return answer;
    } catch (cause) {
      if (isOutage(cause)) throw new AppError("GITHUB_UNAVAILABLE", { cause });
      if (cause instanceof BrokenCircuitError)
        throw new AppError("UNAVAILABLE", { retryAfter: halfOpenMilliseconds / 1000, cause });
      throw cause;
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

/** GitHub's sentence in an error's body. */
export function messageOf({ data }: Answer): string {
  return z.object({ message: z.string() }).safeParse(data).data?.message ?? "";
}

/** Whether GitHub refuses because the installation is suspended. */
export const isSuspension = (answer: Answer): boolean =>
  answer.status === 403 && messageOf(answer).includes("suspended");

/** Sends a request once. */
type Attempt = (request: GitHubRequest, signal: AbortSignal) => Promise<Answer>;

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
      throw new TransientFailure(
        response ? `GitHub answered ${response.status}.` : "GitHub could not be reached.",
      );
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

function requireUnlimited(answer: Answer, request: GitHubRequest, pauses: Pauses): void {
  if (answer.status !== 403 && answer.status !== 429) return;
  const { "retry-after": retryAfter, "x-ratelimit-remaining": remaining } = answer.headers;
  const isLimit =
    answer.status === 429 ||
    retryAfter !== undefined ||
    remaining === "0" ||
    messageOf(answer).includes("rate limit");
  if (isLimit) pauses.begin(request.limitedBy, answer.headers);
  if (isLimit) pauses.requireNone(request.limitedBy);
}

function createSenders(config: GitHubConfig): { asApp: Attempt; asAnyone: Attempt } {
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
    return attemptBy(new App({ appId, privateKey, Octokit: WithOurJwt }).octokit, config);
  });
  return { asApp: firstAccepted(asApp), asAnyone: attemptBy(new Octokit(shared), config) };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
