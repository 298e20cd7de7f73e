import type { Kysely } from "kysely";
import type { Database, Microseconds } from "../database.ts";
import type { WebhookDeliveryRow } from "../webhook-rows.ts";

/** Rows that one statement removes: an embedded store has one writer. */
const deletedAtOnce = 10_000;

export const webhookDeliveryQueries = (db: Kysely<Database>) => ({
  /**
   * Keeps a delivery. Returns the one that is kept under its GUID: another row's, when it came before.
   * Belongs into the transaction that asks for its job.
   */
  async insert(delivery: WebhookDeliveryRow): Promise<WebhookDeliveryRow> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("webhookDeliveries")
      .values(delivery)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((numInsertedOrUpdatedRows ?? 0n) > 0n) return delivery;
    return db
      .selectFrom("webhookDeliveries")
      .selectAll()
      .where("guid", "=", delivery.guid)
      .executeTakeFirstOrThrow();
  },

  find: (guid: string): Promise<WebhookDeliveryRow | undefined> =>
    db.selectFrom("webhookDeliveries").selectAll().where("guid", "=", guid).executeTakeFirst(),

  /** When the last one came; null when none is remembered. */
  async findLastTime(): Promise<Microseconds | null> {
    const row = await db
      .selectFrom("webhookDeliveries")
      .select((select) => select.fn.max("receivedAt").as("receivedAt"))
      .executeTakeFirst();
    return row?.receivedAt ?? null;
  },

  /** Forgets some of those that came long ago, and sooner those that meant nothing to us. */
  async deleteReceived({
    before,
    unknownBefore,
  }: {
    readonly before: Microseconds;
    readonly unknownBefore: Microseconds;
  }): Promise<void> {
    await db
      .deleteFrom("webhookDeliveries")
      .where("guid", "in", (select) =>
        select
          .selectFrom("webhookDeliveries")
          .select("guid")
          .where("receivedAt", "<=", unknownBefore)
          .where((where) =>
            where.or([where("receivedAt", "<=", before), where("jobId", "is", null)]),
          )
          .limit(deletedAtOnce),
      )
      .execute();
  },
});
