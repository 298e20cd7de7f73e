import type { Store } from "@layers/storage";
import { Gauge, Histogram, type Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import type { Metrics } from "./metrics.ts";

const buckets = [0.1, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86_400];

/** How old jobs were when a run of them ended. */
export function createJobMetrics(registry: Registry): Pick<Metrics, "observeJob"> {
  const ages = new Histogram({
    name: "layers_job_age_seconds",
    help: "From asking for a job to the end of a run of it.",
    labelNames: ["kind", "ending"],
    buckets,
    registers: [registry],
  });
  return {
    observeJob: ({ kind, ending, ageSeconds }) => ages.observe({ kind, ending }, ageSeconds),
  };
}

export interface QueueDeps {
  readonly store: { readonly jobs: Pick<Store["jobs"], "countByKind"> };
  readonly clock: Clock;
}

/** Returns what reads the queue anew, to be called before each scrape. */
export function createQueueMetrics(
  registry: Registry,
  { store, clock }: QueueDeps,
): () => Promise<void> {
  const registers = [registry];
  const counts = new Gauge({
    name: "layers_jobs",
    help: "Jobs in the queue by kind and status; of each status at most 10000 are counted.",
    labelNames: ["kind", "status"],
    registers,
  });
  const delays = new Gauge({
    name: "layers_job_delay_seconds",
    help: "For how long the waiting job of a kind that is due for longest has been due.",
    labelNames: ["kind"],
    registers,
  });
  return async () => {
    const rows = await store.jobs.countByKind();
    counts.reset();
    delays.reset();
    for (const { kind, status, count, runAt } of rows) {
      counts.set({ kind, status }, count);
      if (status === "waiting") delays.set({ kind }, Math.max(0, (clock() - runAt) / 1_000_000));
    }
  };
}
