import type { Kysely } from "kysely";
import type { Database, KeyUseRow } from "../database.ts";

/** Rows that one statement writes. */
const chunk = 1000;

export const keyUseQueries = (db: Kysely<Database>) => ({
  /** Writes when keys were last used; a time never goes back. */
  async record(uses: readonly KeyUseRow[]): Promise<void> {
    for (let start = 0; start < uses.length; start += chunk)
      await db
        .insertInto("apiKeyUses")
        .values(uses.slice(start, start + chunk))
        .onConflict((conflict) =>
          conflict
            .column("apiKeyId")
            .doUpdateSet((set) => ({ lastUsedAt: set.ref("excluded.lastUsedAt") }))
            .whereRef("excluded.lastUsedAt", ">", "apiKeyUses.lastUsedAt"),
        )
        .execute();
  },

  /** When a key was last used, to within a minute. */
  async find(apiKeyId: string): Promise<number | undefined> {
    const row = await db
      .selectFrom("apiKeyUses")
      .select("lastUsedAt")
      .where("apiKeyId", "=", apiKeyId)
      .executeTakeFirst();
    return row?.lastUsedAt;
  },
});
