import { AppError } from "@layers/contracts";
import { LRUCache } from "lru-cache";

type Headers = Readonly<Record<string, string | number | undefined>>;

/** GitHub limits us. */
export class GitHubLimited extends AppError {
  /** As GitHub's own clients are told of it. */
  readonly asGitHubSays: AppError;

  constructor(retryAfter: number, headers: Readonly<Record<string, string>>) {
    super("UNAVAILABLE", { retryAfter });
    this.asGitHubSays = new AppError("RATE_LIMITED", { retryAfter, headers });
  }
}

/** Keeps us silent toward GitHub for as long as it asks, for each of its limits apart. */
export interface Pauses {
  begin(limit: string, headers: Headers): void;
  /** What to refuse calls with, and for how many seconds more; undefined when there is no pause. */
  find(limit: string): GitHubLimited | undefined;
}

interface Pause {
  /** Epoch milliseconds. */
  readonly end: number;
  readonly headers: Readonly<Record<string, string>>;
}

const defaultSeconds = 60;

export function createPauses(now: () => number = Date.now): Pauses {
  const pauses = new LRUCache<string, Pause>({ max: 10_000 });
  return {
    begin(limit, headers) {
      const end = now() + secondsOf(headers, now()) * 1000;
      pauses.set(limit, { end, headers: rateLimitOf(headers) });
    },
    find(limit) {
      const pause = pauses.get(limit);
      if (!pause) return undefined;
      const left = pause.end - now();
      if (left > 0) return new GitHubLimited(Math.ceil(left / 1000), pause.headers);
      pauses.delete(limit);
      return undefined;
    },
  };
}

/** By which GitHub's own clients slow down. */
const rateLimitNames = ["Limit", "Remaining", "Reset", "Used", "Resource"];

const rateLimitOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    rateLimitNames.flatMap((name) => {
      const value = String(headers[`x-ratelimit-${name.toLowerCase()}`]);
      return /^[a-z0-9_]{1,32}$/.test(value) ? [[`X-RateLimit-${name}`, value]] : [];
    }),
  );

/**
 * `retry-after` first, then the reset of an exhausted limit, then a minute.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
function secondsOf(headers: Headers, now: number): number {
  const retryAfter = Number(headers["retry-after"]);
  if (retryAfter > 0) return retryAfter;
  const reset = Number(headers["x-ratelimit-reset"]) - now / 1000;
  return headers["x-ratelimit-remaining"] === "0" && reset > 0 ? reset : defaultSeconds;
}
