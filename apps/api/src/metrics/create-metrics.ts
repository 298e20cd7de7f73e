import { Registry } from "prom-client";
import { noCounts } from "./counts.ts";
import { createGitHubMetrics } from "./github-metrics.ts";
import { createJobMetrics } from "./job-metrics.ts";
import type { Metrics } from "./metrics.ts";
import { registerCounts } from "./register-counts.ts";
import { createRequestMetrics } from "./request-metrics.ts";

/** What is counted, and where it can be read in Prometheus' words. */
export interface RegisteredMetrics {
  readonly metrics: Metrics;
  readonly registry: Registry;
}

/** @param now epoch milliseconds */
export function createMetrics(now: () => number = Date.now): RegisteredMetrics {
  const registry = new Registry();
  const counts = noCounts();
  registerCounts(registry, counts);
  const metrics = {
    ...counts,
    ...createRequestMetrics(registry),
    ...createGitHubMetrics(registry, now),
    ...createJobMetrics(registry),
  };
  return { registry, metrics };
}
