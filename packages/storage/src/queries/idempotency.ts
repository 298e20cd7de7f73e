import type { Kysely } from "kysely";
import type { Database, IdempotencyRow, Microseconds } from "../database.ts";

/** Which request: the credential, the operation and the caller's key. */
export type IdempotencyId = Pick<IdempotencyRow, "holder" | "operation" | "idempotencyKey">;

export const idempotencyQueries = (db: Kysely<Database>) => ({
  /** Reserves an id; returns the row that stands in the way when there is one. */
  async begin(
    id: IdempotencyId,
    request: Pick<IdempotencyRow, "bodyHash" | "createdAt" | "expiresAt">,
  ): Promise<IdempotencyRow | undefined> {
    await db
      .deleteFrom("idempotentRequests")
      .where((where) => where.and({ ...id }))
      .where("expiresAt", "<=", request.createdAt)
      .execute();
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("idempotentRequests")
      .values({ ...id, ...request, status: null, body: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((numInsertedOrUpdatedRows ?? 0n) > 0n) return undefined;
    return db
      .selectFrom("idempotentRequests")
      .selectAll()
      .where((where) => where.and({ ...id }))
      .executeTakeFirst();
  },

  /** Keeps the answer of a request that succeeded. */
  async finish(
    id: IdempotencyId,
    answer: { readonly status: number; readonly body: Buffer; readonly expiresAt: Microseconds },
  ): Promise<void> {
    await db
      .updateTable("idempotentRequests")
      .set(answer)
      .where((where) => where.and({ ...id }))
      .execute();
  },

  /** Frees the id of a request that did not succeed. */
  async abandon(id: IdempotencyId): Promise<void> {
    await db
      .deleteFrom("idempotentRequests")
      .where((where) => where.and({ ...id }))
      .execute();
  },

  async deleteExpired(now: Microseconds): Promise<void> {
    await db.deleteFrom("idempotentRequests").where("expiresAt", "<=", now).execute();
  },
});
