import { z } from "zod";
import { GivenUp, handleJob, type JobHandler } from "../jobs/job-handler.ts";
import type { JobKind } from "../jobs/job-kind.ts";
import type { Schedule } from "../jobs/schedules.ts";
import { type ReconcileDeps, reconcile, TooManyEnds } from "./reconcile.ts";
import { type RedeliverDeps, redeliverMissed } from "./redeliver-missed.ts";

type Nothing = Record<string, never>;

const Nothing = z.record(z.string(), z.never());

/** The next one comes soon enough. */
const redelivery: JobKind<Nothing> = {
  name: "reconcile.deliveries",
  payload: Nothing,
  retryDelays: [],
};
const comparison: JobKind<Nothing> = {
  name: "reconcile.installations",
  payload: Nothing,
  retryDelays: [600, 3600],
};

/** When to look for what webhooks did not tell. */
export const reconcileSchedules: readonly Schedule[] = [
  { kind: redelivery, everySeconds: 300 },
  { kind: comparison, everySeconds: 6 * 3600 },
];

export interface ReconcileJobsDeps extends ReconcileDeps, RedeliverDeps {
  readonly store: ReconcileDeps["store"] & RedeliverDeps["store"];
  readonly github: ReconcileDeps["github"] & RedeliverDeps["github"];
}

export function createReconcileJobs(deps: ReconcileJobsDeps): JobHandler[] {
  return [
    handleJob(redelivery, async () => {
      await redeliverMissed(deps);
    }),
    handleJob(comparison, async () => {
      try {
        const { compared, drift } = await reconcile(deps);
        if (drift.length > 0)
          deps.log.warn({ compared, drifted: drift.length }, "bindings had drifted from GitHub");
      } catch (error) {
        if (!(error instanceof TooManyEnds)) throw error;
        throw new GivenUp(`${error.message} Look why, then run ladmin reconcile --force.`);
      }
    }),
  ];
}
