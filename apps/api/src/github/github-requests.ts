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

/** Sends a request once. */
type Attempt = (request: GitHubRequest, signal: AbortSignal) => Promise<Answer>;

const attemptBy =
  (octokit: Octokit): Attempt =>
  async ({ route, parameters, headers, as }, signal) => {
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
  };

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
    return attemptBy(new App({ appId, privateKey, Octokit: WithOurJwt }).octokit);
  });
  return { asApp: firstAccepted(asApp), asAnyone: attemptBy(new Octokit(shared)) };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
