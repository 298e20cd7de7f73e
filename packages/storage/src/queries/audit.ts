import type { Kysely } from "kysely";
import type { AuditRow, Database } from "../database.ts";

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
});
