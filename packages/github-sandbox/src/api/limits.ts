import type { RequestHandler, Response } from "express";
import { GitHubError } from "./github-error.ts";
import type { Charge, RateLimits } from "./rate-limits.ts";

const docs = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api";
const hint =
  " (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)";

/** A limit that is imposed on a request on purpose, whatever its caller has left. */
export interface ImposedLimit {
  kind: "primary-limit" | "secondary-limit";
  /** GitHub answers with either. */
  status: 403 | 429;
  /** Seconds; GitHub leaves it out at times. */
  retryAfter?: number | undefined;
}

/** Marks a request to be refused by {@link keepLimits}. */
export function imposeLimit(res: Response, limit: ImposedLimit) {
  res.locals["imposedLimit"] = limit;
}

const imposedLimitOf = (res: Response) => res.locals["imposedLimit"] as ImposedLimit | undefined;

/** The caller's budget, as {@link keepLimits} left it. */
export const chargeOf = (res: Response) => res.locals["charge"] as Charge;

function showBudget(res: Response, { limit, used, remaining, reset } = chargeOf(res).current()) {
  res.set({
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-used": String(used),
    "x-ratelimit-resource": "core",
  });
}

/** Gives back what a request cost: GitHub counts no 304. */
export function refund(res: Response) {
  chargeOf(res).refund();
  showBudget(res);
}

function refusePrimary(res: Response, status = 403): GitHubError {
  const { subject, current } = chargeOf(res);
  const budget = current();
  showBudget(res, { ...budget, used: budget.limit, remaining: 0 });
  const isAddress = !subject.includes(" ID ");
  return new GitHubError(
    status,
    `API rate limit exceeded for ${subject}.${isAddress ? hint : ""}`,
    docs,
  );
}

const refuseSecondary = (status: number) =>
  new GitHubError(
    status,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    `${docs}#about-secondary-rate-limits`,
  );

/** Counts a request, tells what is left, and refuses it when nothing is, or when a limit is imposed. */
export const keepLimits =
  (limits: RateLimits): RequestHandler =>
  (req, res, next) => {
    const isFree = req.path === "/rate_limit";
    const charge = limits.charge(req, isFree ? 0 : 1);
    res.locals["charge"] = charge;
    showBudget(res);
    const imposed = imposedLimitOf(res);
    if (imposed?.retryAfter !== undefined) res.set("retry-after", String(imposed.retryAfter));
    if (imposed?.kind === "secondary-limit") throw refuseSecondary(imposed.status);
    if (!isFree && (imposed || charge.exhausted)) throw refusePrimary(res, imposed?.status);
    next();
  };
