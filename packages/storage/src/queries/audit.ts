import type { Kysely } from "kysely";
import type { AuditRow, Database } from "../database.ts";

/** Which lines to read: of one organization or of all, and only those after a line. */
export interface AuditFilter {
  readonly organizationId?: string | undefined;
  readonly afterId?: string | undefined;
}

export const auditQueries = (db: Kysely<Database>) => ({
  /** Adds a line. Belongs into the transaction of the change that it tells of. */
  async append(line: AuditRow): Promise<void> {
    await db.insertInto("auditLog").values(line).execute();
  },

  /** The newest lines of an organization first. */
  list: (organizationId: string, limit: number): Promise<AuditRow[]> =>
    db
      .selectFrom("auditLog")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .orderBy("id", "desc")
      .limit(limit)
      .execute(),

  /** The last lines, the oldest of them first. */
  async tail({ organizationId, afterId }: AuditFilter, limit: number): Promise<AuditRow[]> {
    let query = db.selectFrom("auditLog").selectAll();
    if (organizationId !== undefined) query = query.where("organizationId", "=", organizationId);
    if (afterId !== undefined) query = query.where("id", ">", afterId);
    const newestFirst = await query.orderBy("id", "desc").limit(limit).execute();
    // Ids of several processes are in order only to the millisecond.
    return newestFirst.toReversed().toSorted((a, b) => a.at - b.at);
  },
});
