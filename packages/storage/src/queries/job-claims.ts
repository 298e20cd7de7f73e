import { type Kysely, sql } from "kysely";
import type { Database, JobRow, Microseconds } from "../database.ts";
import { inTransaction, is } from "./job-sql.ts";

/** How much a worker takes on. */
export interface Claim {
  /** At most so many jobs. */
  readonly slots: number;
  /** An organization has at most so many jobs running at once; the service's own are not counted. */
  readonly perOrganization: number;
  readonly leasedUntil: Microseconds;
}

interface Candidate {
  readonly organizationId: string;
  readonly running: number;
}

const lanes = [0, 1, 2];

export const claimQueries = (db: Kysely<Database>) => ({
  /** Whether a look for jobs is worth while. Takes no lock. */
  async isDue(now: Microseconds): Promise<boolean> {
    for (const lane of lanes) if ((await listCandidates(db, lane, now)).length > 0) return true;
    return false;
  },

  /**
   * Begins jobs that are due, the first lane's first. Within a lane organizations take turns: the one
   * with the fewest jobs under way is served before the others, then the one whose turn was longest ago,
   * however many jobs wait behind.
   */
  claim: (claim: Claim, now: Microseconds): Promise<JobRow[]> =>
    inTransaction(db, async (trx) => {
      const claimed: JobRow[] = [];
      for (const lane of lanes) {
        if (claimed.length === claim.slots) break;
        claimed.push(...(await claimLane({ trx, lane, claim, now }, claim.slots - claimed.length)));
      }
      return claimed;
    }),
});

interface Lane {
  readonly trx: Kysely<Database>;
  readonly lane: number;
  readonly claim: Claim;
  readonly now: Microseconds;
}

async function claimLane(of: Lane, slots: number): Promise<JobRow[]> {
  const claimed: JobRow[] = [];
  const candidates = (await listCandidates(of.trx, of.lane, of.now)).map((candidate) => ({
    ...candidate,
    room: candidate.organizationId === "" ? slots : of.claim.perOrganization - candidate.running,
  }));
  const waiting = candidates.filter(({ room }) => room > 0);
  for (const [index, { organizationId, room }] of waiting.entries()) {
    const left = slots - claimed.length;
    if (left === 0) break;
    const share = Math.ceil(left / (waiting.length - index));
    claimed.push(...(await begin(of, organizationId, Math.min(room, share))));
  }
  return claimed;
}

/** The organizations that have something to do in a lane, in the order of their turns. */
async function listCandidates(
  db: Kysely<Database>,
  lane: number,
  now: Microseconds,
): Promise<Candidate[]> {
  // Jumps from one organization to the next, however many jobs each has.
  const { rows } = await sql<Candidate>`
    with recursive "waiting" ("organizationId") as (
      select min("organizationId") from "jobs" where "status" = 'waiting' and "lane" = ${lane}
      union all
      select (select min("jobs"."organizationId") from "jobs"
        where "status" = 'waiting' and "lane" = ${lane}
          and "jobs"."organizationId" > "waiting"."organizationId")
      from "waiting" where "waiting"."organizationId" is not null
    )
    select "waiting"."organizationId",
      (select count(*) from "jobs" where "status" = 'running'
        and "jobs"."organizationId" = "waiting"."organizationId") as "running"
    from "waiting" left join "jobTurns" on "jobTurns"."organizationId" = "waiting"."organizationId"
    where exists (select 1 from "jobs" where "status" = 'waiting' and "lane" = ${lane}
      and "jobs"."organizationId" = "waiting"."organizationId" and "runAt" <= ${now})
    order by "running", coalesce("servedAt", 0), "waiting"."organizationId"`.execute(db);
  return rows;
}

async function begin(
  { trx, lane, claim, now }: Lane,
  organizationId: string,
  count: number,
): Promise<JobRow[]> {
  const begun = await trx
    .updateTable("jobs")
    .set((set) => ({
      status: "running",
      attempts: set("attempts", "+", 1),
      fence: set("fence", "+", 1),
      leasedUntil: claim.leasedUntil,
      changedAt: now,
    }))
    .where("id", "in", (select) =>
      select
        .selectFrom("jobs")
        .select("id")
        .where("status", "=", is("waiting"))
        .where("lane", "=", lane)
        .where("organizationId", "=", organizationId)
        .where("runAt", "<=", now)
        .orderBy("runAt")
        .orderBy("id")
        .limit(count),
    )
    .returningAll()
    .execute();
  await trx
    .insertInto("jobTurns")
    .values({ organizationId, servedAt: now })
    .onConflict((conflict) => conflict.column("organizationId").doUpdateSet({ servedAt: now }))
    .execute();
  return begun;
}
