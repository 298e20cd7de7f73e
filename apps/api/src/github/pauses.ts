import { AppError } from "@layers/contracts";
import { LRUCache } from "lru-cache";

type Headers = Readonly<Record<string, string | number | undefined>>;

/** Keeps us silent toward GitHub for as long as it asks, for each of its limits apart. */
export interface Pauses {
  begin(limit: string, headers: Headers): void;
  /** @throws `UNAVAILABLE` with the seconds that are left. */
  requireNone(limit: string): void;
}

const defaultSeconds = 60;

export function createPauses(now: () => number = Date.now): Pauses {
  const ends = new LRUCache<string, number>({ max: 10_000 });
  return {
    begin: (limit, headers) => void ends.set(limit, now() + secondsOf(headers, now()) * 1000),
    requireNone(limit) {
      const left = (ends.get(limit) ?? 0) - now();
      if (left > 0) throw new AppError("UNAVAILABLE", { retryAfter: Math.ceil(left / 1000) });
      ends.delete(limit);
    },
  };
}

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
