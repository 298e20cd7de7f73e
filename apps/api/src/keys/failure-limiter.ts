import { isIPv6 } from "node:net";
import { AppError } from "@layers/contracts";
import { LRUCache } from "lru-cache";
import { createTokenBucket, type TokenBucket } from "../budgets/token-bucket.ts";
import type { Clock } from "../clock.ts";
import { type Counts, noCounts } from "../metrics/counts.ts";

/** Slows down whoever guesses credentials. */
export interface FailureLimiter {
  /**
   * Throws `RATE_LIMITED` when the address has failed too often; a credential that worked before passes.
   * @param name the credential's, never the secret itself
   */
  requireRoom(address: string, name?: string): void;
  count(address: string): void;
  /** Remembers one that worked, so that a guesser behind the same address does not lock it out. */
  trust(name: string): void;
}

const failuresPerMinute = 20;

export function createFailureLimiter(
  clock: Clock,
  counts: Pick<Counts, "credentials" | "refusals"> = noCounts(),
): FailureLimiter {
  const buckets = new LRUCache<string, TokenBucket>({ max: 50_000 });
  const trusted = new LRUCache<string, true>({ max: 10_000 });

  const bucketOf = (address: string) => {
    const network = networkOf(address);
    const bucket = buckets.get(network) ?? createTokenBucket(failuresPerMinute, clock());
    buckets.set(network, bucket);
    return bucket;
  };

  return {
    requireRoom(address, name) {
      if (name !== undefined && trusted.has(name)) return;
      const { remaining, nextSeconds } = bucketOf(address).peek(clock());
      if (remaining >= 1) return;
      counts.refusals.guessing += 1;
      throw new AppError("RATE_LIMITED", { retryAfter: nextSeconds });
    },
    count(address) {
      counts.credentials.failed += 1;
      bucketOf(address).take(clock());
    },
    trust: (name) => void trusted.set(name, true),
  };
}

/** An IPv4 address stands for itself, an IPv6 address for its /64. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => "0");
  const full = tail === undefined ? groups : [...groups, ...zeros, ...after];
  return full.slice(0, 4).join(":");
}
