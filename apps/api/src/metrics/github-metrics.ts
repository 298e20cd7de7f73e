import { STATUS_CODES } from "node:http";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { GitHubCall, Metrics } from "./metrics.ts";

const buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/** The classes of callers that GitHub limits apart: the first word of what a call is limited by. */
const callClasses = new Set([
  "app",
  "applications",
  "github",
  "installation",
  "oauth",
  "rate_limit",
  "revocation",
  "user",
]);

/** Calls to GitHub, and how much of its limits is left. */
export function createGitHubMetrics(
  registry: Registry,
  now: () => number,
): Pick<Metrics, "observeGitHubCall"> {
  const calls = new Counter({
    name: "layers_github_calls_total",
    help: "Requests to GitHub, each try for itself, and those that were not sent.",
    labelNames: ["route", "status", "outcome"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "layers_github_call_duration_seconds",
    help: "How long requests to GitHub took.",
    labelNames: ["route"],
    buckets,
    registers: [registry],
  });
  const observeBudget = createBudgetGauge(registry, now);
  return {
    observeGitHubCall(call) {
      const { route, outcome, status, durationMs } = call;
      calls.inc({ route, outcome, status: toStatusLabel(status) });
      if (durationMs !== undefined) durations.observe({ route }, durationMs / 1000);
      observeBudget(call);
    },
  };
}

/** Whatever number GitHub sends, there are not more labels than HTTP has statuses. */
const toStatusLabel = (status: number | undefined): string =>
  status === undefined ? "none" : status in STATUS_CODES ? String(status) : "other";

/** Of all callers of a class, the one with the least left counts, until GitHub fills it up again. */
function createBudgetGauge(registry: Registry, now: () => number) {
  const lowest = new Map<string, { readonly left: number; readonly resetAt: number }>();
  const forgetPast = () => {
    for (const [name, { resetAt }] of lowest) if (resetAt <= now()) lowest.delete(name);
  };
  const gauge = new Gauge({
    name: "layers_github_budget_left_ratio",
    help: "What is left of GitHub's rate limit, for the caller of each class who has the least left.",
    labelNames: ["class"],
    registers: [registry],
    collect() {
      forgetPast();
      gauge.reset();
      for (const [name, { left }] of lowest) gauge.set({ class: name }, left);
    },
  });
  return ({ callClass, budget }: GitHubCall) => {
    if (!budget) return;
    forgetPast();
    const name = callClasses.has(callClass) ? callClass : "other";
    const known = lowest.get(name);
    if (!known || budget.left <= known.left) lowest.set(name, budget);
  };
}
