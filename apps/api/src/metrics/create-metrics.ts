import { Registry } from "prom-client";
import type { Metrics } from "./metrics.ts";
import { createRequestMetrics } from "./request-metrics.ts";

/** What is counted, and where it can be read in Prometheus' words. */
export interface RegisteredMetrics {
  readonly metrics: Metrics;
  readonly registry: Registry;
}

export function createMetrics(): RegisteredMetrics {
  const registry = new Registry();
  return { registry, metrics: createRequestMetrics(registry) };
}
