/** What is left of a budget. */
export interface Quota {
  /** Calls that may be made at once. */
  readonly remaining: number;
  /** Whole seconds until there is one more, 0 when the bucket is full. */
  readonly nextSeconds: number;
}

/** Holds a minute's worth of calls and refills evenly. Times are in microseconds. */
export interface TokenBucket {
  /** Takes one if there is one. A refusal costs nothing. */
  take(now: number): Quota & { readonly taken: boolean };
  peek(now: number): Quota;
}

const minute = 60_000_000;

export function createTokenBucket(perMinute: number, createdAt: number): TokenBucket {
  let level = perMinute;
  let updatedAt = createdAt;

  const refill = (now: number) => {
    const elapsed = Math.max(0, now - updatedAt);
    level = Math.min(perMinute, level + (elapsed * perMinute) / minute);
    updatedAt = Math.max(updatedAt, now);
  };
  const quota = (): Quota => {
    const remaining = Math.floor(level);
    const missing = level >= perMinute ? 0 : remaining + 1 - level;
    return { remaining, nextSeconds: Math.ceil((missing * 60) / perMinute) };
  };

  return {
    take(now) {
      refill(now);
      const taken = level >= 1;
      if (taken) level -= 1;
      return { ...quota(), taken };
    },
    peek(now) {
      refill(now);
      return quota();
    },
  };
}
