import { z } from "zod";

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
  /** The route as logs and metrics name it, where `route` itself has somebody's values in it. */
  readonly routeName?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks: the App with its JWT, the App with its client secret, nobody, or whoever holds the token. */
  readonly as: "app" | "client" | "nobody" | { readonly token: string };
  /** Whose rate limit it counts against: a class of callers, and which of it. */
  readonly limitedBy: string;
}

/** Sends a request once. */
export type Attempt = (request: GitHubRequest, signal: AbortSignal) => Promise<Answer>;

/** GitHub's sentence in an error's body. */
export function messageOf({ data }: Answer): string {
  return z.object({ message: z.string() }).safeParse(data).data?.message ?? "";
}

/** Whether GitHub refuses because there were too many requests. */
export function isLimit(answer: Answer): boolean {
  if (answer.status === 429) return true;
  if (answer.status !== 403) return false;
  const { "retry-after": retryAfter, "x-ratelimit-remaining": remaining } = answer.headers;
  return retryAfter !== undefined || remaining === "0" || messageOf(answer).includes("rate limit");
}

const longestId = 64;

/** The id under which GitHub's support finds a request. */
export function githubRequestIdOf({ headers }: Pick<Answer, "headers">): string | undefined {
  const id = headers["x-github-request-id"];
  return id === undefined ? undefined : String(id).slice(0, longestId);
}
