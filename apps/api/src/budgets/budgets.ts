import { AppError, type Budget, type Tier, tiers } from "@layers/contracts";
import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import type { Counts } from "../metrics/counts.ts";
import { createTokenBucket, type Quota, type TokenBucket } from "./token-bucket.ts";

/** Whose budget, and which of its three. */
export interface Account {
  readonly holder: string;
  readonly tier: Tier;
  readonly budget: Budget;
}

/** Token buckets per holder and budget. */
export interface Budgets {
  /** The headers that tell what is left, without charging. */
  headers(account: Account): Record<string, string>;
  /**
   * Charges one call and returns the headers.
   *
   * @throws `RATE_LIMITED` with the headers when nothing is left.
   */
  charge(account: Account): Record<string, string>;
}

export function createBudgets(clock: Clock, { refusals }: Pick<Counts, "refusals">): Budgets {
  const buckets = new LRUCache<string, TokenBucket>({ max: 100_000 });

  const bucketOf = ({ holder, tier, budget }: Account): TokenBucket | undefined => {
    const perMinute = tiers[tier][budget];
    if (perMinute === Infinity) return undefined;
    const key = `${holder} ${tier} ${budget}`;
    const bucket = buckets.get(key) ?? createTokenBucket(perMinute, clock());
    buckets.set(key, bucket);
    return bucket;
  };

  return {
    headers: (account) => toHeaders(account, bucketOf(account)?.peek(clock())),
    charge(account) {
      const quota = bucketOf(account)?.take(clock());
      const headers = toHeaders(account, quota);
      if (!quota || quota.taken) return headers;
      refusals.budget += 1;
      throw new AppError("RATE_LIMITED", { retryAfter: Math.max(1, quota.nextSeconds), headers });
    },
  };
}

/** The largest integer of a structured field (RFC 9651): what `unlimited` looks like. */
const unlimited = 999_999_999_999_999;

/** The fields of draft-ietf-httpapi-ratelimit-headers, and the name of the budget. */
function toHeaders({ tier, budget }: Account, quota: Quota | undefined): Record<string, string> {
  const perMinute = Math.min(tiers[tier][budget], unlimited);
  const { remaining, nextSeconds } = quota ?? { remaining: perMinute, nextSeconds: 0 };
  return {
    "RateLimit-Policy": `"${budget}";q=${perMinute};w=60`,
    RateLimit: `"${budget}";r=${remaining};t=${nextSeconds}`,
    "X-RateLimit-Endpoint-Class": budget,
  };
}
