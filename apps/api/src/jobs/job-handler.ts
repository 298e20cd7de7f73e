import type { JobRow, Queries } from "@layers/storage";
import type { JobKind } from "./job-kind.ts";

/** What a handler has of the job that it does. */
export interface JobRun<P> {
  readonly id: string;
  /** Empty for the service's own. */
  readonly organizationId: string;
  readonly payload: P;
  /** The first try is 1. */
  readonly attempt: number;
  /**
   * Aborted when the service stops, or when somebody else has the job. Whoever throws then is not
   * counted as having failed.
   */
  readonly signal: AbortSignal;
  /**
   * Writes how far the job is. One that comes further has all its tries again.
   *
   * @throws {LeaseLost}
   */
  progress(done: number, total: number): Promise<void>;
  /**
   * Runs a transaction that only whoever holds the job may write.
   *
   * @throws {LeaseLost} before anything is written
   */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>;
}

/** Does jobs of one kind. May be called again for the same job, and must then end the same. */
export interface JobHandler {
  readonly kind: JobKind<unknown>;
  readonly run: (job: JobRun<unknown>) => Promise<void>;
}

/** Pairs a kind with the function that does its jobs. */
export const handleJob = <P>(
  kind: JobKind<P>,
  run: (job: JobRun<P>) => Promise<void>,
): JobHandler => ({
  kind,
  run: (job) => run({ ...job, payload: kind.payload.parse(job.payload) }),
});

/** Somebody else has the job now. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  constructor({ id }: Pick<JobRow, "id">) {
    super(`${id} was taken over.`);
  }
}

/** Thrown by a handler that goes on later; the try does not count. */
export class Postponed extends Error {
  override readonly name = "Postponed";
  /** Epoch microseconds. */
  readonly runAt: number;
  constructor(runAt: number) {
    super("The job goes on later.");
    this.runAt = runAt;
  }
}

/** Thrown by a handler for which no further try can succeed. The message is kept; it holds no secret. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
}
