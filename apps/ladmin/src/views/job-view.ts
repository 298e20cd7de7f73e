import { toTime } from "@layers/api/admin";
import type { JobRow } from "@layers/storage";

/** A job as programs see it. What is the service's own is nobody's. */
export const toJobView = (job: JobRow) => ({
  id: job.id,
  kind: job.kind,
  organizationId: job.organizationId || null,
  status: job.status,
  attempts: job.attempts,
  maxAttempts: job.maxAttempts,
  stepsDone: job.stepsDone,
  stepsTotal: job.stepsTotal,
  lastError: job.lastError,
  payload: JSON.parse(job.payload) as unknown,
  runAt: toTime(job.runAt),
  createdAt: toTime(job.createdAt),
  changedAt: toTime(job.changedAt),
});

/** How far a job came, for people. */
export const showSteps = ({ stepsDone, stepsTotal }: ReturnType<typeof toJobView>): string =>
  stepsTotal === 0 ? "-" : `${stepsDone}/${stepsTotal}`;
