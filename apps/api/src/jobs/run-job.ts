import type { JobRow, Store } from "@layers/storage";
import { ZodError } from "zod";
import type { Clock } from "../clock.ts";
import { type Log, redact } from "../log.ts";
import { GivenUp, type JobHandler, type JobRun, LeaseLost, Postponed } from "./job-handler.ts";
import { retryDelay } from "./retry-delay.ts";

export interface RunJobDeps {
  readonly store: Pick<Store, "jobs" | "transaction">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly handlers: ReadonlyMap<string, JobHandler>;
  /** Told of each run that is over. Must not throw. */
  readonly onEnd?: (job: JobRow, ending: Ending) => void;
}

/** How a run ended. Only `done` is still to be written. */
export type Ending = "done" | "failed" | "dead" | "postponed" | "lost";

/** Does a job that was claimed, and writes what came of it unless it is done. */
export async function runJob(deps: RunJobDeps, job: JobRow, signal: AbortSignal): Promise<Ending> {
  try {
    const handler = deps.handlers.get(job.kind);
    if (!handler) throw new Error(`Nobody does jobs of kind ${job.kind}.`);
    await handler.run(toRun(deps, job, signal));
    return "done";
  } catch (error) {
    return await settle(deps, { job, error, signal });
  }
}

function toRun({ store }: RunJobDeps, job: JobRow, signal: AbortSignal): JobRun<unknown> {
  const { id, organizationId, attempts: attempt, payload } = job;
  return {
    id,
    organizationId,
    attempt,
    signal,
    payload: JSON.parse(payload) as unknown,
    async progress(stepsDone, stepsTotal) {
      const held = await store.jobs.progress(job, { stepsDone, stepsTotal });
      if (!held) throw new LeaseLost(job);
      job.attempts = held.attempts;
    },
    transaction: (work) =>
      store.transaction(async (tx) => {
        if (!(await tx.jobs.holds(job))) throw new LeaseLost(job);
        return work(tx);
      }),
  };
}

interface Unfinished {
  readonly job: JobRow;
  readonly error: unknown;
  readonly signal: AbortSignal;
}

async function settle(deps: RunJobDeps, { job, error, signal }: Unfinished): Promise<Ending> {
  const { store, clock, log, random } = deps;
  const now = clock();
  const lost = "lost" as const;
  if (error instanceof LeaseLost) return lost;
  if (error instanceof Postponed || signal.aborted) {
    const runAt = error instanceof Postponed ? error.runAt : now;
    return (await store.jobs.putBack(job, { runAt, counts: false }, now)) ? "postponed" : lost;
  }
  const reason = toReason(error);
  const fields = { jobId: job.id, kind: job.kind, attempt: job.attempts, reason };
  const isHopeless = error instanceof GivenUp || error instanceof ZodError;
  if (isHopeless || job.attempts >= job.maxAttempts) {
    if (!(await store.jobs.bury(job, reason, now))) return lost;
    log.error(fields, "job given up");
    return "dead";
  }
  const delays = deps.handlers.get(job.kind)?.kind.retryDelays;
  const runAt = now + retryDelay(job.attempts, random, delays);
  if (!(await store.jobs.putBack(job, { runAt, counts: true, error: reason }, now))) return lost;
  log.warn(fields, "job failed, and is tried again");
  return "failed";
}

const longestReason = 500;

/** What an operator reads. */
const toReason = (error: unknown): string =>
  redact(error instanceof ZodError ? "The payload is not valid." : String(error)).slice(
    0,
    longestReason,
  );
