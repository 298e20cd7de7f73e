import type { Kysely } from "kysely";
import type {
  Database,
  EnterpriseGrantRow,
  EnterprisePlanRow,
  EnterprisePlanTargetRow,
  Microseconds,
} from "../database.ts";

/** Which enterprise, of which GitHub. */
type EnterpriseKey = Pick<EnterpriseGrantRow, "host" | "enterpriseId">;

/** Rows that one statement writes: SQLite takes so many values at once. */
const chunk = 500;

export const enterprisePlanQueries = (db: Kysely<Database>) => ({
  /** Adds a plan with its targets. Belongs into a transaction. */
  async insert(
    plan: EnterprisePlanRow,
    targets: readonly EnterprisePlanTargetRow[],
  ): Promise<void> {
    await db.insertInto("enterprisePlans").values(plan).execute();
    for (let start = 0; start < targets.length; start += chunk)
      await db
        .insertInto("enterprisePlanTargets")
        .values(targets.slice(start, start + chunk))
        .execute();
  },

  find: (id: string): Promise<EnterprisePlanRow | undefined> =>
    db.selectFrom("enterprisePlans").selectAll().where("id", "=", id).executeTakeFirst(),

  /** What a plan is about, in the order of the work. */
  listTargets: (planId: string): Promise<EnterprisePlanTargetRow[]> =>
    db
      .selectFrom("enterprisePlanTargets")
      .selectAll()
      .where("planId", "=", planId)
      .orderBy("position")
      .execute(),

  /** Lets a plan be applied, once and in time. Belongs into the transaction that enqueues the job. */
  async beginApplying(
    id: string,
    by: { readonly jobId: string; readonly appliedBy: string },
    now: Microseconds,
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable("enterprisePlans")
      .set({ status: "applying", ...by })
      .where("id", "=", id)
      .where("status", "=", "planned")
      .where("expiresAt", ">", now)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  /** The jobs that apply plans of an enterprise, whoever's they are. */
  async listJobs({ host, enterpriseId }: EnterpriseKey): Promise<string[]> {
    const rows = await db
      .selectFrom("enterprisePlans")
      .innerJoin("enterpriseGrants", "enterpriseGrants.id", "enterprisePlans.grantId")
      .select("jobId")
      .where("host", "=", host)
      .where("enterpriseId", "=", enterpriseId)
      .where("status", "=", "applying")
      .execute();
    return rows.flatMap(({ jobId }) => jobId ?? []);
  },

  /** Records what came of a target's steps. */
  async saveTarget(target: EnterprisePlanTargetRow): Promise<void> {
    const { planId, position, steps, status, reason } = target;
    await db
      .updateTable("enterprisePlanTargets")
      .set({ steps, status, reason })
      .where("planId", "=", planId)
      .where("position", "=", position)
      .execute();
  },

  /** Ends a plan: as applied, or as failed where a target did. Once more it changes nothing. */
  async finish(id: string, now: Microseconds): Promise<void> {
    await db
      .updateTable("enterprisePlans")
      .set((set) => ({
        finishedAt: now,
        status: set
          .case()
          .when(
            set.exists(
              set
                .selectFrom("enterprisePlanTargets")
                .select("position")
                .where("planId", "=", id)
                .where("enterprisePlanTargets.status", "=", "failed"),
            ),
          )
          .then("failed" as const)
          .else("applied" as const)
          .end(),
      }))
      .where("id", "=", id)
      .where("status", "=", "applying")
      .execute();
  },

  /** Removes plans with their targets. */
  async deleteOld(before: Microseconds): Promise<void> {
    await db.deleteFrom("enterprisePlans").where("createdAt", "<=", before).execute();
  },
});
