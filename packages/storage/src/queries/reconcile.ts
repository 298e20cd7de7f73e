import type { Kysely } from "kysely";
import type { Database, Microseconds } from "../database.ts";
import type { MissedDeliveryRow } from "../webhook-rows.ts";

export const markQueries = (db: Kysely<Database>) => ({
  /** Up to which moment something has been dealt with; null before the first time. */
  async find(name: string): Promise<Microseconds | null> {
    const mark = await db
      .selectFrom("marks")
      .select("at")
      .where("name", "=", name)
      .executeTakeFirst();
    return mark?.at ?? null;
  },

  async put(name: string, at: Microseconds): Promise<void> {
    await db
      .insertInto("marks")
      .values({ name, at })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ at }))
      .execute();
  },
});

export const missedDeliveryQueries = (db: Kysely<Database>) => ({
  find: (guid: string): Promise<MissedDeliveryRow | undefined> =>
    db.selectFrom("missedDeliveries").selectAll().where("guid", "=", guid).executeTakeFirst(),

  async put(delivery: MissedDeliveryRow): Promise<void> {
    await db
      .insertInto("missedDeliveries")
      .values(delivery)
      .onConflict((conflict) => conflict.column("guid").doUpdateSet(delivery))
      .execute();
  },

  /** Those that GitHub has forgotten. */
  async deleteOld(before: Microseconds): Promise<void> {
    await db.deleteFrom("missedDeliveries").where("deliveredAt", "<=", before).execute();
  },
});
