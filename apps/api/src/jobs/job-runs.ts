import type { JobRow } from "@layers/storage";
import type { JobHandler } from "./job-handler.ts";
import type { Nap } from "./nap.ts";
import { type Ending, type RunJobDeps, runJob } from "./run-job.ts";

interface Running {
  readonly job: JobRow;
  readonly cancel: AbortController;
  /** Set when it succeeded and that is not written yet. */
  isDone: boolean;
}

/** The jobs that a process has under way. */
export interface JobRuns {
  readonly deps: RunJobDeps;
  readonly nap: Nap;
  readonly running: Map<string, Running>;
  /** How many runs ended in which way. */
  readonly endings: Record<Ending, number>;
}

/** Begins a job that was claimed, and returns without waiting for it. */
export function beginRun(runs: JobRuns, job: JobRow): void {
  const { deps, nap, running } = runs;
  const run: Running = { job, cancel: new AbortController(), isDone: false };
  running.set(job.id, run);
  runJob(deps, job, run.cancel.signal)
    .then((ending) => {
      if (ending === "done") run.isDone = true;
      else finish(runs, run, ending);
    })
    .catch((err: unknown) => {
      // The database does not answer: the lease runs out, and somebody takes the job over.
      deps.log.error({ err, jobId: job.id }, "a job's end could not be written");
      finish(runs, run, "lost");
    })
    .finally(nap.wake);
}

function finish({ deps, running, endings }: JobRuns, run: Running, ending: Ending): void {
  endings[ending] += 1;
  deps.onEnd?.(run.job, ending);
  if (running.get(run.job.id) === run) running.delete(run.job.id);
}

/** Writes what succeeded: what ends while others are written is written together. */
export async function writeDone(runs: JobRuns): Promise<void> {
  const { store, clock, handlers } = runs.deps;
  const done = [...runs.running.values()].filter(({ isDone }) => isDone);
  if (done.length === 0) return;
  const leases = done.map(({ job: { id, fence, kind } }) => ({
    id,
    fence,
    keep: isKept(handlers, kind),
  }));
  const held = new Set((await store.jobs.complete(leases, clock())).map(({ id }) => id));
  for (const run of done) finish(runs, run, held.has(run.job.id) ? "done" : "lost");
}

const isKept = (handlers: ReadonlyMap<string, JobHandler>, kind: string) =>
  handlers.get(kind)?.kind.keep === true;

/** Holds on to what runs, and stops what somebody else has taken over. */
export async function extendLeases(
  { deps: { store, clock }, running }: JobRuns,
  leasedUntil: number,
): Promise<void> {
  const runs = [...running.values()];
  if (runs.length === 0) return;
  const jobs = runs.map(({ job }) => job);
  const kept = new Set((await store.jobs.extend(jobs, leasedUntil, clock())).map(({ id }) => id));
  for (const { job, cancel } of runs) if (!kept.has(job.id)) cancel.abort();
}

/** Asks all runs to stop, and lets go of those that do not in time: somebody else may have them. */
export async function letGo(runs: JobRuns, graceMilliseconds: number): Promise<void> {
  const { deps, nap, running } = runs;
  for (const { cancel } of running.values()) cancel.abort();
  const end = performance.now() + graceMilliseconds;
  const isBusy = () => [...running.values()].some(({ isDone }) => !isDone);
  while (isBusy() && performance.now() < end) await nap.sleep(Math.min(graceMilliseconds, 50));
  await writeDone(runs);
  for (const run of running.values()) {
    const now = deps.clock();
    await deps.store.jobs.putBack(run.job, { runAt: now, counts: false }, now);
    finish(runs, run, "postponed");
  }
}
