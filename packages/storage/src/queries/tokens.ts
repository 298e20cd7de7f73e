import type { Kysely } from "kysely";
import type { Database, Microseconds, TokenRow } from "../database.ts";

export const tokenQueries = (db: Kysely<Database>) => ({
  async insert(token: TokenRow): Promise<void> {
    await db.insertInto("tokens").values(token).execute();
  },

  /** The longest-lived token of this scope and grant that is not revoked and outlives `until`. */
  findLive: (
    {
      bindingId,
      scopeKey,
      grantVersion,
    }: Pick<TokenRow, "bindingId" | "scopeKey" | "grantVersion">,
    until: Microseconds,
  ): Promise<TokenRow | undefined> =>
    db
      .selectFrom("tokens")
      .selectAll()
      .where("bindingId", "=", bindingId)
      .where("scopeKey", "=", scopeKey)
      .where("grantVersion", "=", grantVersion)
      .where("revokedAt", "is", null)
      .where("expiresAt", ">", until)
      .orderBy("expiresAt", "desc")
      .executeTakeFirst(),

  /** A live token, if it was issued to this organization. */
  findIssued: (
    { tokenHash, organizationId }: { readonly tokenHash: Buffer; readonly organizationId: string },
    now: Microseconds,
  ): Promise<TokenRow | undefined> =>
    db
      .selectFrom("tokens")
      .innerJoin("bindings", "bindings.id", "tokens.bindingId")
      .selectAll("tokens")
      .where("tokens.tokenHash", "=", tokenHash)
      .where("bindings.organizationId", "=", organizationId)
      .where("tokens.revokedAt", "is", null)
      .where("tokens.expiresAt", ">", now)
      .executeTakeFirst(),

  listLive: (bindingId: string, now: Microseconds): Promise<TokenRow[]> =>
    db
      .selectFrom("tokens")
      .selectAll()
      .where("bindingId", "=", bindingId)
      .where("revokedAt", "is", null)
      .where("expiresAt", ">", now)
      .execute(),

  /** Bindings that ended while a token of theirs lives. */
  async listOrphanedBindings(now: Microseconds): Promise<string[]> {
    const rows = await db
      .selectFrom("tokens")
      .innerJoin("bindings", "bindings.id", "tokens.bindingId")
      .select("tokens.bindingId")
      .distinct()
      .where("bindings.endedAt", "is not", null)
      .where("tokens.revokedAt", "is", null)
      .where("tokens.expiresAt", ">", now)
      .execute();
    return rows.map(({ bindingId }) => bindingId);
  },

  /** Lets tokens serve nobody any more. They live on until they are revoked. */
  async withhold(tokenHashes: readonly Buffer[]): Promise<void> {
    if (tokenHashes.length === 0) return;
    await db
      .updateTable("tokens")
      .set({ scopeKey: "" })
      .where("tokenHash", "in", tokenHashes)
      .execute();
  },

  async revoke(tokenHash: Buffer, now: Microseconds): Promise<void> {
    await db
      .updateTable("tokens")
      .set({ revokedAt: now })
      .where("tokenHash", "=", tokenHash)
      .where("revokedAt", "is", null)
      .execute();
  },

  async deleteExpired(now: Microseconds): Promise<void> {
    await db.deleteFrom("tokens").where("expiresAt", "<=", now).execute();
  },
});
