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

/** A call costs a minute's microseconds and each microsecond adds `perMinute`: all is whole numbers. */
const cost = 60_000_000;
const second = 1_000_000;

export function createTokenBucket(perMinute: number, createdAt: number): TokenBucket {
  const capacity = perMinute * cost;
  let level = capacity;
  let updatedAt = createdAt;

  const refill = (now: number) => {
    const elapsed = Math.max(0, now - updatedAt);
    level = Math.min(capacity, level + elapsed * perMinute);
    updatedAt += elapsed;
  };
  const quota = (): Quota => {
    const missing = level === capacity ? 0 : cost - (level % cost);
    return {
      remaining: Math.floor(level / cost),
      nextSeconds: Math.ceil(missing / perMinute / second),
    };
  };

  return {
    take(now) {
      refill(now);
      const taken = level >= cost;
      if (taken) level -= cost;
      return { ...quota(), taken };
    },
    peek(now) {
      refill(now);
      return quota();
    },
  };
}
