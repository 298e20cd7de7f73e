import { Registry } from "prom-client";
import { beforeEach, expect, test } from "vitest";
import { createGitHubMetrics } from "./github-metrics.ts";
import type { GitHubCall } from "./metrics.ts";

let now: number;
let registry: Registry;
let observe: (changes: Partial<GitHubCall>) => void;
beforeEach(() => {
  now = 0;
  registry = new Registry();
  const { observeGitHubCall } = createGitHubMetrics(registry, () => now);
  observe = (changes) =>
    observeGitHubCall({
      route: "GET /app",
      callClass: "app",
      outcome: "answered",
      status: 200,
      durationMs: 40,
      ...changes,
    });
});

const seriesOf = async (name: string) => {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? {};
  return values?.map(({ labels, value }) => [labels, value]);
};
const budgets = () => seriesOf("layers_github_budget_left_ratio");

test("the budget of a class is that of its caller who has the least left", async () => {
  observe({ callClass: "installation", budget: { left: 0.9, resetAt: 60 } });
  observe({ callClass: "installation", budget: { left: 0.2, resetAt: 50 } });
  observe({ callClass: "installation", budget: { left: 0.5, resetAt: 60 } });
  observe({ callClass: "app", budget: { left: 1, resetAt: 60 } });
  expect(await budgets()).toEqual([
    [{ class: "installation" }, 0.2],
    [{ class: "app" }, 1],
  ]);
});

test("a budget is forgotten when GitHub fills it up again", async () => {
  observe({ budget: { left: 0.2, resetAt: 50 } });
  now = 50;
  expect(await budgets()).toEqual([]);
  observe({ budget: { left: 0.7, resetAt: 100 } });
  expect(await budgets()).toEqual([[{ class: "app" }, 0.7]]);
});

test("what is sent cannot add classes or statuses without end", async () => {
  for (let each = 0; each < 100; each++)
    observe({
      callClass: `class${each}`,
      status: 900 + each,
      budget: { left: 0.5, resetAt: 50 },
    });
  expect(await budgets()).toEqual([[{ class: "other" }, 0.5]]);
  expect(await seriesOf("layers_github_calls_total")).toEqual([
    [{ route: "GET /app", outcome: "answered", status: "other" }, 100],
  ]);
});

test("a call that was not sent is counted, and has no duration", async () => {
  observe({ outcome: "paused", status: undefined, durationMs: undefined });
  expect(await seriesOf("layers_github_calls_total")).toEqual([
    [{ route: "GET /app", outcome: "paused", status: "none" }, 1],
  ]);
  expect(await seriesOf("layers_github_call_duration_seconds")).toEqual([]);
});
