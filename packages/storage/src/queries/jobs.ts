import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Database, JobRow, Microseconds } from "../database.ts";
import { claimQueries } from "./job-claims.ts";
import { countQueries } from "./job-counts.ts";
import { leaseQueries } from "./job-leases.ts";
import { inTransaction, is, keyUnlessTaken } from "./job-sql.ts";

/** A job as it is asked for. */
export type NewJob = Pick<
  JobRow,
  | "id"
  | "kind"
  | "organizationId"
  | "lane"
  | "uniqueKey"
  | "payload"
  | "maxAttempts"
  | "runAt"
  | "createdAt"
>;

/** Which jobs to list. */
export interface JobFilter {
  readonly status?: JobRow["status"] | undefined;
  readonly organizationId?: string | undefined;
}

/** Rows that one statement removes: an embedded store has one writer. */
const deletedAtOnce = 10_000;

/** The queue. A port: another engine may have its own, which has to pass the same conformance tests. */
export type Jobs = ReturnType<typeof jobQueries>;

export const jobQueries = (db: Kysely<Database>) => ({
  ...claimQueries(db),
  ...leaseQueries(db),
  ...countQueries(db),

  /**
   * Adds a job, and returns its id. Where one of its kind, organization and unique key waits already,
   * nothing is added, and the id is that one's. Belongs into the transaction of what asks for it.
   */
  async enqueue(job: NewJob): Promise<string> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("jobs")
      .values({
        ...job,
        status: "waiting",
        attempts: 0,
        fence: 0,
        leasedUntil: null,
        stepsDone: 0,
        stepsTotal: 0,
        lastError: null,
        changedAt: job.createdAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((numInsertedOrUpdatedRows ?? 0n) > 0n) return job.id;
    const twin = await db
      .selectFrom("jobs")
      .select("id")
      .where("status", "=", is("waiting"))
      .where("kind", "=", job.kind)
      .where("organizationId", "=", job.organizationId)
      .where("uniqueKey", "=", job.uniqueKey)
      .executeTakeFirst();
    if (!twin) throw new Error(`There is a job ${job.id} already.`);
    return twin.id;
  },

  find: (id: string): Promise<JobRow | undefined> =>
    db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst(),

  /** The newest jobs first. */
  list: ({ status, organizationId }: JobFilter, limit: number): Promise<JobRow[]> => {
    let query = db.selectFrom("jobs").selectAll();
    if (status !== undefined) query = query.where("status", "=", is(status));
    if (organizationId !== undefined) query = query.where("organizationId", "=", organizationId);
    return query.orderBy("id", "desc").limit(limit).execute();
  },

  /** How many wait, run or were given up, and since when the longest waiting one is due. */
  async measure(now: Microseconds) {
    const count = async (status: "waiting" | "running" | "dead") => {
      const row = await db
        .selectFrom("jobs")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("status", "=", is(status))
        .executeTakeFirstOrThrow();
      return row.count;
    };
    const oldest = await db
      .selectFrom("jobs")
      .select((select) => select.fn.min("runAt").as("runAt"))
      .where("status", "=", is("waiting"))
      .where("runAt", "<=", now)
      .executeTakeFirst();
    return {
      waiting: await count("waiting"),
      running: await count("running"),
      dead: await count("dead"),
      dueSince: oldest?.runAt ?? null,
    };
  },

  /** Lets a job that was given up begin anew. Returns whether there was one. */
  async replay(id: string, now: Microseconds): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable("jobs")
      .set({
        status: "waiting",
        attempts: 0,
        runAt: now,
        changedAt: now,
        uniqueKey: keyUnlessTaken,
      })
      .where("id", "=", id)
      .where("status", "=", is("dead"))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  /**
   * Whether it is the caller's turn to do what is to be done every so often: true for one caller in
   * each period, whichever process it is in.
   */
  async takeTurn(name: string, everyMicroseconds: number, now: Microseconds): Promise<boolean> {
    const nextAt = now + everyMicroseconds;
    const known = await db
      .selectFrom("jobSchedules")
      .select("nextAt")
      .where("name", "=", name)
      .executeTakeFirst();
    // Most often it is too early, and then no lock is taken.
    if (known && known.nextAt > now && known.nextAt <= nextAt) return false;
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("jobSchedules")
      .values({ name, nextAt })
      .onConflict((conflict) =>
        conflict
          .column("name")
          .doUpdateSet({ nextAt })
          .where((where) =>
            where.or([
              where("jobSchedules.nextAt", "<=", now),
              // The clock was put back, or the period has become shorter.
              where("jobSchedules.nextAt", ">", nextAt),
            ]),
          ),
      )
      .executeTakeFirst();
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  },

  /** To be called when the clock was put back: what was written by the later clock is shifted with it. */
  shiftTimes: (now: Microseconds): Promise<void> =>
    inTransaction(db, async (trx) => {
      await trx
        .updateTable("jobs")
        .set({
          runAt: sql`"runAt" - ("changedAt" - ${now})`,
          leasedUntil: sql`"leasedUntil" - ("changedAt" - ${now})`,
          changedAt: now,
        })
        .where("status", "in", [is("waiting"), is("running")])
        .where("changedAt", ">", now)
        .execute();
      await trx
        .updateTable("jobTurns")
        .set({ servedAt: now })
        .where("servedAt", ">", now)
        .execute();
    }),

  /** Removes some of what ended long ago. */
  async deleteEnded(status: "done" | "dead", before: Microseconds): Promise<void> {
    await db
      .deleteFrom("jobs")
      .where("id", "in", (select) =>
        select
          .selectFrom("jobs")
          .select("id")
          .where("status", "=", is(status))
          .where("changedAt", "<=", before)
          .limit(deletedAtOnce),
      )
      .execute();
  },
});
