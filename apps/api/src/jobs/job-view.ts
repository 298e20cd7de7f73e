import { AppError, type contract, type Job } from "@layers/contracts";
import type { JobRow, Store } from "@layers/storage";
import { toTime } from "../clock.ts";
import type { Handlers } from "../context.ts";

/** A job as its owner sees it. Its payload and its errors are the operator's. */
export const toJobView = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  status: row.status === "dead" ? "failed" : row.status,
  stepsDone: row.stepsDone,
  stepsTotal: row.stepsTotal,
  attempts: row.attempts,
  createdAt: toTime(row.createdAt),
  changedAt: toTime(row.changedAt),
});

/** Shows an organization its jobs. */
export function createJobs({
  store,
}: {
  readonly store: Pick<Store, "jobs">;
}): Handlers<typeof contract.jobs> {
  return {
    async get({ context, input }) {
      const row = await store.jobs.find(input.id);
      if (row?.organizationId !== context.principal.organizationId) throw new AppError("NOT_FOUND");
      return toJobView(row);
    },
  };
}
