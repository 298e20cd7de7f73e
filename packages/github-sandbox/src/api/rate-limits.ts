import type { Request } from "express";
import type { Deps } from "../deps.ts";
import type { World } from "../world/world.ts";
import { createBudgets, type Limited } from "./budgets.ts";

const windowSeconds = 3600;

export interface RateLimit {
  limit: number;
  used: number;
  remaining: number;
  /** Epoch seconds. */
  reset: number;
}

/** One request's share of its caller's budget. */
export interface Charge {
  subject: string;
  exhausted: boolean;
  current: () => RateLimit;
  refund: () => void;
}

export type RateLimits = ReturnType<typeof createRateLimits>;

/** What is used of the hourly budgets. */
export function createRateLimits(
  deps: Pick<Deps, "now" | "edition" | "registration">,
  world: World,
) {
  const budgets = createBudgets(deps, world);
  const counters = new Map<string, { used: number; reset: number }>();

  function counterOf(subject: string) {
    const seconds = Math.floor(deps.now() / 1000);
    const known = counters.get(subject);
    if (known && known.reset > seconds) return known;
    const counter = { used: 0, reset: seconds + windowSeconds };
    counters.set(subject, counter);
    return counter;
  }

  /** Takes a request's cost from its caller's budget, if that has anything left. */
  function charge(req: Request, cost: number): Charge {
    const { subject, limit, enforced } = budgets.ofRequest(req);
    const counter = counterOf(subject);
    const exhausted = enforced && counter.used >= limit;
    const taken = exhausted ? 0 : cost;
    counter.used += taken;
    return {
      subject,
      exhausted,
      current: () => ({ limit, ...counter, remaining: Math.max(0, limit - counter.used) }),
      refund: () => {
        counter.used -= taken;
      },
    };
  }

  /** @throws when there is no such user. */
  function setRemaining(limited: Limited, remaining: number) {
    const { subject, limit } = budgets.of(limited);
    counterOf(subject).used = Math.max(0, limit - remaining);
  }

  return { charge, setRemaining, clear: () => counters.clear() };
}
