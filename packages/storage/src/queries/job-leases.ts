import type { Kysely } from "kysely";
import type { Database, JobRow, Microseconds } from "../database.ts";
import { inTransaction, is, keyUnlessTaken } from "./job-sql.ts";

/** What whoever runs a job holds of it, until somebody else takes the job over. */
export type JobLease = Pick<JobRow, "id" | "fence">;

/** Why and when a job is to be begun again. */
export interface PutBack {
  readonly runAt: Microseconds;
  /** Whether this try was one of the few that a job has. */
  readonly counts: boolean;
  readonly error?: string | undefined;
}

const afterCrash = "The worker did not come back.";

/** Each tells whether the lease was still held; when it was not, nothing has changed. */
export const leaseQueries = (db: Kysely<Database>) => ({
  /** Whether a lease is held. Belongs into the transaction of what only its holder may write. */
  async holds(lease: JobLease): Promise<boolean> {
    const row = await db
      .selectFrom("jobs")
      .select("id")
      .where("id", "=", lease.id)
      .where("fence", "=", lease.fence)
      .where("status", "=", is("running"))
      .executeTakeFirst();
    return row !== undefined;
  },

  /** Holds jobs for longer. Returns those that are still held. */
  extend: (leases: readonly JobLease[], leasedUntil: Microseconds, now: Microseconds) =>
    inTransaction(db, async (trx) => {
      const kept: JobLease[] = [];
      for (const lease of leases) {
        const { numUpdatedRows } = await whileHeld(trx, lease)
          .set({ leasedUntil, changedAt: now })
          .executeTakeFirst();
        if (numUpdatedRows > 0n) kept.push(lease);
      }
      return kept;
    }),

  /**
   * Writes how far a job is. One that came further has all its tries again. Returns its tries, or
   * undefined when the lease was not held.
   */
  progress: (
    lease: JobLease,
    steps: Pick<JobRow, "stepsDone" | "stepsTotal">,
  ): Promise<Pick<JobRow, "attempts"> | undefined> =>
    whileHeld(db, lease)
      .set((set) => ({
        ...steps,
        attempts: set
          .case()
          .when("stepsDone", "<", steps.stepsDone)
          .then(1)
          .else(set.ref("attempts"))
          .end(),
      }))
      .returning("attempts")
      .executeTakeFirst(),

  /**
   * Ends jobs that succeeded, in one commit. Those that nobody is to look up are removed. Returns
   * those that were held.
   */
  complete: (leases: readonly (JobLease & { readonly keep: boolean })[], now: Microseconds) =>
    inTransaction(db, async (trx) => {
      const held: JobLease[] = [];
      for (const { keep, ...lease } of leases)
        if (await (keep ? markDone(trx, lease, now) : remove(trx, lease))) held.push(lease);
      return held;
    }),

  /** Lets a job wait again. */
  async putBack(
    lease: JobLease,
    { runAt, counts, error }: PutBack,
    now: Microseconds,
  ): Promise<boolean> {
    const { numUpdatedRows } = await whileHeld(db, lease)
      .set((set) => ({
        status: "waiting",
        leasedUntil: null,
        runAt,
        changedAt: now,
        uniqueKey: keyUnlessTaken,
        attempts: set("attempts", "-", counts ? 0 : 1),
        ...(error !== undefined && { lastError: error }),
      }))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  /** Gives a job up. It stays, for somebody to look at and to run again. */
  async bury(lease: JobLease, error: string, now: Microseconds): Promise<boolean> {
    const { numUpdatedRows } = await whileHeld(db, lease)
      .set({ status: "dead", leasedUntil: null, lastError: error, changedAt: now })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  /**
   * Takes jobs from whoever let their leases run out. They wait again, or are given up after their
   * last try. Returns them as they are then.
   */
  async takeOver(now: Microseconds): Promise<JobRow[]> {
    const overdue = (from: Kysely<Database>) =>
      from
        .selectFrom("jobs")
        .selectAll()
        .where("status", "=", is("running"))
        .where("leasedUntil", "<=", now)
        .execute();
    // Most often there is none, and then no lock is taken.
    if ((await overdue(db)).length === 0) return [];
    return inTransaction(db, async (trx) => {
      const taken: JobRow[] = [];
      for (const row of await overdue(trx)) taken.push(await takeAway(trx, row, now));
      return taken;
    });
  },
});

/** A job, if the lease of it is held. */
const whileHeld = (db: Kysely<Database>, { id, fence }: JobLease) =>
  db
    .updateTable("jobs")
    .where("id", "=", id)
    .where("fence", "=", fence)
    .where("status", "=", is("running"));

async function markDone(
  db: Kysely<Database>,
  lease: JobLease,
  now: Microseconds,
): Promise<boolean> {
  const { numUpdatedRows } = await whileHeld(db, lease)
    .set({ status: "done", leasedUntil: null, lastError: null, changedAt: now })
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function remove(db: Kysely<Database>, { id, fence }: JobLease): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("jobs")
    .where("id", "=", id)
    .where("fence", "=", fence)
    .where("status", "=", is("running"))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

const takeAway = (
  db: Kysely<Database>,
  { id, attempts, maxAttempts }: JobRow,
  now: Microseconds,
): Promise<JobRow> =>
  db
    .updateTable("jobs")
    .set({
      status: attempts < maxAttempts ? "waiting" : "dead",
      leasedUntil: null,
      runAt: now,
      changedAt: now,
      lastError: afterCrash,
      uniqueKey: keyUnlessTaken,
    })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
