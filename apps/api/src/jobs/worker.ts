import { seconds } from "../clock.ts";
import type { JobHandler } from "./job-handler.ts";
import { createEnqueue } from "./job-kind.ts";
import { beginRun, extendLeases, type JobRuns, letGo, writeDone } from "./job-runs.ts";
import { createNap } from "./nap.ts";
import type { Ending, RunJobDeps } from "./run-job.ts";
import { enqueueScheduled, type Schedule } from "./schedules.ts";

export interface WorkerOptions {
  /** How many jobs this process does at once. */
  readonly slots: number;
  /** How many jobs of one organization all processes together do at once. */
  readonly perOrganization: number;
  /** How long a job stays with a process that is not heard of. */
  readonly leaseSeconds: number;
  /** How often to look for jobs while there are none. */
  readonly pollMilliseconds: number;
}

export interface WorkerDeps extends Omit<RunJobDeps, "handlers"> {
  readonly handlers: readonly JobHandler[];
  readonly schedules?: readonly Schedule[];
  readonly options?: Partial<WorkerOptions>;
}

/** Does the jobs of the queue, beside the workers of other processes. */
export interface Worker {
  start(): void;
  /** Begins nothing more, lets go of what does not end in time, and returns when nothing runs. */
  stop(graceMilliseconds: number): Promise<void>;
  /** How many runs ended in which way since the start. */
  readonly endings: Readonly<Record<Ending, number>>;
}

const defaults: WorkerOptions = {
  slots: 16,
  perOrganization: 5,
  leaseSeconds: 60,
  pollMilliseconds: 200,
};
const housekeepingMicroseconds = seconds(1);

/** Makes a worker. It begins with `start`. */
export function createWorker(deps: WorkerDeps): Worker {
  const handlers = new Map(deps.handlers.map((handler) => [handler.kind.name, handler]));
  const runs: JobRuns = {
    deps: { ...deps, handlers },
    nap: createNap(),
    running: new Map(),
    endings: { done: 0, failed: 0, dead: 0, postponed: 0, lost: 0 },
  };
  const options = { ...defaults, ...deps.options };
  const round = createRound(deps, runs, options);
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round().catch((err: unknown) => deps.log.warn({ err }, "the queue is not available"));
      await runs.nap.sleep(options.pollMilliseconds);
    }
  }
  return {
    endings: runs.endings,
    start() {
      loop ??= work();
    },
    async stop(graceMilliseconds) {
      stopping.abort();
      runs.nap.wake();
      await loop;
      await letGo(runs, graceMilliseconds);
    },
  };
}

/** What a worker does again and again: writes what ended, holds on to what runs, begins what is due. */
function createRound(deps: WorkerDeps, runs: JobRuns, options: WorkerOptions) {
  const { store, clock, log, schedules = [] } = deps;
  const enqueue = createEnqueue(clock);
  const leaseEnd = () => clock() + seconds(options.leaseSeconds);
  let latest = Number.POSITIVE_INFINITY;
  let extendAt = 0;
  let keepHouseAt = 0;

  async function followClock(): Promise<void> {
    const now = clock();
    if (now < latest) {
      await store.jobs.shiftTimes(now);
      [extendAt, keepHouseAt] = [0, 0];
    }
    latest = now;
  }

  async function keepHouse(): Promise<void> {
    for (const { id, kind, status } of await store.jobs.takeOver(clock()))
      log.warn({ jobId: id, kind, status }, "a job's worker did not come back");
    await enqueueScheduled({ store, clock, enqueue }, schedules);
  }

  async function claim(): Promise<void> {
    const slots = options.slots - runs.running.size;
    if (slots <= 0 || !(await store.jobs.isDue(clock()))) return;
    const wanted = { ...options, slots, leasedUntil: leaseEnd() };
    for (const job of await store.jobs.claim(wanted, clock())) beginRun(runs, job);
  }

  return async () => {
    await followClock();
    await writeDone(runs);
    if (clock() >= extendAt) {
      extendAt = clock() + seconds(options.leaseSeconds / 3);
      await extendLeases(runs, leaseEnd());
    }
    if (clock() >= keepHouseAt) {
      keepHouseAt = clock() + housekeepingMicroseconds;
      await keepHouse();
    }
    await claim();
  };
}
