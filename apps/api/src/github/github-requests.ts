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

export interface GitHubRequest {
  /** Such as `GET /app/installations/{installation_id}`. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose rate limit the call counts against. */
  readonly limitedBy: string;
  /** Who asks: the App with its JWT, nobody, or whoever holds the token. */
  readonly as: "app" | "nobody" | { readonly token: string };
}

/**
 * Sends a request under the one policy toward GitHub (`policy.ts`), and is silent for as long as GitHub
 * asks for it.
 *
 * @throws `GITHUB_UNAVAILABLE` for 5xx, timeouts and broken connections; `UNAVAILABLE` for limits and
 * while GitHub has just failed too often.
 */
export type SendToGitHub = (request: GitHubRequest) => Promise<Answer>;

export function createSendToGitHub(config: GitHubConfig): SendToGitHub {
  const { asApp, asAnyone } = createOctokits(config);
  const pauses = createPauses();
  const policies = createPolicies();

  return async (request) => {
    const { limitedBy, route } = request;
    pauses.requireNone(limitedBy);
    const octokit = request.as === "app" ? asApp : asAnyone;
    const [callClass = limitedBy] = limitedBy.split(" ", 1);
    const policy = policies.of(callClass, route.startsWith("GET "));
    try {
      const answer = await policy.execute(({ signal }) => attempt(octokit, request, signal));
      requireUnlimited(answer, limitedBy, pauses);
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
  const cause = new Error(`GitHub answered ${answer.status} with a body that we cannot use.`);
  throw new AppError("GITHUB_UNAVAILABLE", { cause });
}

/** GitHub's sentence in an error's body. */
export function messageOf({ data }: Answer): string {
  return z.object({ message: z.string() }).safeParse(data).data?.message ?? "";
}

async function attempt(
  octokit: Octokit,
  { route, parameters, headers, as }: GitHubRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const authorization = typeof as === "object" ? { authorization: `Bearer ${as.token}` } : {};
  const all = { ...headers, ...authorization };
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
}

function requireUnlimited(answer: Answer, limitedBy: string, pauses: Pauses): void {
  if (answer.status !== 403 && answer.status !== 429) return;
  const { "retry-after": retryAfter, "x-ratelimit-remaining": remaining } = answer.headers;
  const isLimit =
    answer.status === 429 ||
    retryAfter !== undefined ||
    remaining === "0" ||
    messageOf(answer).includes("rate limit");
  if (isLimit) pauses.begin(limitedBy, answer.headers);
  if (isLimit) pauses.requireNone(limitedBy);
}

function createOctokits(config: GitHubConfig) {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const createJwt = createAppJwt(config.privateKey, () => Math.floor(Date.now() / 1000));
  const shared = {
    baseUrl: config.apiUrl,
    userAgent: "layers-connector",
    log: silent,
    request: { fetch: boundedFetch },
  };
  // The App hands its private key to auth-app, which then makes a new JWT for every call.
  const WithOurJwt = Octokit.defaults((options: object) => ({
    ...options,
    ...shared,
    auth: { appId: config.appId, createJwt, log: silent },
  }));
  const app = new App({ appId: config.appId, privateKey: config.privateKey, Octokit: WithOurJwt });
  return { asApp: app.octokit, asAnyone: new Octokit(shared) };
}
