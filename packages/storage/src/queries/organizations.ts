import type { Kysely } from "kysely";
import type { Database, Microseconds, OrganizationRow } from "../database.ts";

export const organizationQueries = (db: Kysely<Database>) => ({
  async insert(organization: OrganizationRow): Promise<void> {
    await db.insertInto("organizations").values(organization).execute();
  },

  find: (id: string): Promise<OrganizationRow | undefined> =>
    db.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst(),

  list: (): Promise<OrganizationRow[]> =>
    db.selectFrom("organizations").selectAll().orderBy("id").execute(),

  /** Sets or lifts the kill switch. Returns whether the organization exists. */
  async setSuspendedAt(id: string, suspendedAt: Microseconds | null): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable("organizations")
      .set({ suspendedAt })
      .where("id", "=", id)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  async setConsentRequired(id: string, required: boolean): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable("organizations")
      .set({ consentRequired: Number(required) })
      .where("id", "=", id)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
});
