import { Registry } from "prom-client";
import { createGitHubMetrics } from "./github-metrics.ts";
import type { Metrics } from "./metrics.ts";
import { createRequestMetrics } from "./request-metrics.ts";

/** What is counted, and where it can be read in Prometheus' words. */
export interface RegisteredMetrics {
  readonly metrics: Metrics;
  readonly registry: Registry;
}

/** @param now epoch milliseconds */
export function createMetrics(now: () => number = Date.now): RegisteredMetrics {
  const registry = new Registry();
  const metrics = { ...createRequestMetrics(registry), ...createGitHubMetrics(registry, now) };
  return { registry, metrics };
}
