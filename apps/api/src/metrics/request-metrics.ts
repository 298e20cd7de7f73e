import { Histogram, type Registry } from "prom-client";
import type { Metrics } from "./metrics.ts";

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/** Requests by route, transport and class of status. Labels are looked up once for each combination. */
export function createRequestMetrics(registry: Registry): Pick<Metrics, "observeRequest"> {
  const histogram = new Histogram({
    name: "layers_request_duration_seconds",
    help: "Requests by route, transport and class of status: how long until they were over.",
    labelNames: ["route", "transport", "status"],
    buckets,
    registers: [registry],
  });
  const series = new Map<string, Map<string, Observe[]>>();

  const seriesOf = (route: string, transport: string): Observe[] => {
    const routes = series.get(transport) ?? new Map<string, Observe[]>();
    series.set(transport, routes);
    const known =
      routes.get(route) ??
      statusClasses.map((status) => histogram.labels({ route, transport, status }));
    routes.set(route, known);
    return known;
  };
  return {
    observeRequest({ route = "none", transport = "http", status, durationMs }) {
      const statusClass = Math.floor(status / 100) - 1;
      seriesOf(route, transport)[statusClass]?.observe(durationMs / 1000);
    },
  };
}

interface Observe {
  observe(seconds: number): void;
}
