import type { Kysely } from "kysely";
import type { Database, JobRow, Microseconds } from "../database.ts";
import { is } from "./job-sql.ts";

/** The jobs of a kind that are in one status. */
export interface JobCount {
  readonly kind: string;
  readonly status: "waiting" | "running" | "dead";
  readonly count: number;
  /** When the first of them is or was due. */
  readonly runAt: Microseconds;
}

/** Whoever counts must not keep others waiting, however long the queue is. */
const countedAtMost = 10_000;
const statuses = ["waiting", "running", "dead"] as const satisfies JobRow["status"][];

export const countQueries = (db: Kysely<Database>) => ({
  /** How many jobs of each kind wait, run or were given up; of each status only so many are looked at. */
  async countByKind(): Promise<JobCount[]> {
    const counts: JobCount[] = [];
    for (const status of statuses) {
      const rows = await db
        .selectFrom((from) =>
          from
            .selectFrom("jobs")
            .select(["kind", "runAt"])
            .where("status", "=", is(status))
            .limit(countedAtMost)
            .as("some"),
        )
        .select((select) => [
          "kind",
          select.fn.countAll<number>().as("count"),
          select.fn.min("runAt").as("runAt"),
        ])
        .groupBy("kind")
        .orderBy("kind")
        .execute();
      counts.push(...rows.map((row) => ({ ...row, status })));
    }
    return counts;
  },
});
