import { type Kysely, sql, Transaction } from "kysely";
import type { Database, JobRow } from "../database.ts";

/** Written into the text, because SQLite uses a partial index only where it can read the condition. */
export const is = (status: JobRow["status"]) => sql.lit(status);

/**
 * A job's unique key when it comes back to wait; none when another has taken its place, for then both
 * are run.
 */
export const keyUnlessTaken = sql<string | null>`case when exists (
    select 1 from "jobs" as "twin" where "twin"."status" = 'waiting'
      and "twin"."kind" = "jobs"."kind" and "twin"."organizationId" = "jobs"."organizationId"
      and "twin"."uniqueKey" = "jobs"."uniqueKey"
  ) then null else "uniqueKey" end`;

/** Runs `work` in the caller's transaction, or in one of its own. */
export const inTransaction = <T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> =>
  db instanceof Transaction ? work(db) : db.transaction().execute((trx) => work(trx));
