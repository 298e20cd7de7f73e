import type { Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import type { World } from "../world/world.ts";
import { readCredential } from "./credential.ts";

const windowSeconds = 3600;

export interface RateLimit {
  limit: number;
  used: number;
  remaining: number;
  /** Epoch seconds. */
  reset: number;
}

export type RateLimits = ReturnType<typeof createRateLimits>;

interface Budget {
  key: string;
  limit: number;
}

/** Hourly budgets, shared by all tokens of one installation or user. Counted, not enforced. */
export function createRateLimits({ now }: Pick<Deps, "now">, world: World) {
  const counters = new Map<string, { used: number; reset: number }>();

  /** 5,000, and 50 more for each repository beyond 20, up to 12,500. */
  function installationBudget(installationId: number): Budget {
    const installation = world.installations.byId(installationId);
    const repositories = installation ? world.installations.repositoriesOf(installation).length : 0;
    const limit = Math.min(12_500, 5_000 + 50 * Math.max(0, repositories - 20));
    return { key: `installation ${installationId}`, limit };
  }

  function budgetOf(req: Request): Budget {
    const { kind, text } = readCredential(req.get("authorization"));
    const installationToken = kind === "ghs" ? world.installationTokens.find(text) : undefined;
    if (installationToken) return installationBudget(installationToken.installationId);
    const userToken = kind === "ghu" ? world.userTokens.find(text) : undefined;
    if (userToken) return { key: `user ${userToken.userId}`, limit: 5_000 };
    if (kind === "jwt") return { key: "app", limit: 5_000 };
    return { key: `address ${req.ip}`, limit: 60 };
  }

  function read(req: Request, cost: number): RateLimit {
    const { key, limit } = budgetOf(req);
    const seconds = Math.floor(now() / 1000);
    const known = counters.get(key);
    const counter =
      known && known.reset > seconds ? known : { used: 0, reset: seconds + windowSeconds };
    counter.used += cost;
    counters.set(key, counter);
    return { limit, ...counter, remaining: Math.max(0, limit - counter.used) };
  }

  return { read, clear: () => counters.clear() };
}

export const rateLimitHeaders =
  (limits: RateLimits): RequestHandler =>
  (req, res, next) => {
    const cost = req.path === "/rate_limit" ? 0 : 1;
    const rateLimit = limits.read(req, cost);
    const { limit, used, remaining, reset } = rateLimit;
    res.locals["rateLimit"] = rateLimit;
    res.set({
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-used": String(used),
      "x-ratelimit-resource": "core",
    });
    next();
  };

/** The caller's budget, as {@link rateLimitHeaders} left it. */
export const rateLimitOf = (res: Response) => res.locals["rateLimit"] as RateLimit;
