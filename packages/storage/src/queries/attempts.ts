import { type Kysely, sql } from "kysely";
import type { AttemptRow, Database, Microseconds } from "../database.ts";

/** What the proof writes into an attempt, once. */
export type Seal = Required<
  Pick<AttemptRow, "installationId" | "accountId" | "accountLogin" | "githubUserId" | "proofKind">
> & { readonly provenAt: Microseconds; readonly expiresAt: Microseconds };

/** Which attempts to list. */
export interface AttemptFilter {
  readonly organizationId: string;
  /** Only those of a status; one that is not bound in time has expired. Every one when absent. */
  readonly shownAs?:
    | { readonly status: AttemptRow["status"] | "expired"; readonly now: Microseconds }
    | undefined;
}

/** Whose proof of what. */
export interface ProvenBy extends Pick<AttemptRow, "organizationId" | "issuer"> {
  readonly userId: string;
  readonly installationId: number;
}

const unsealed = ["created", "redirected", "requested", "failed"] as const;

export const attemptQueries = (db: Kysely<Database>) => {
  const open = (id: string, now: Microseconds) =>
    db
      .updateTable("attempts")
      .where("id", "=", id)
      .where("status", "in", unsealed)
      .where("expiresAt", ">", now);

  return {
    /** Returns false when the state was used before. */
    async insert(attempt: AttemptRow): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("attempts")
        .values(attempt)
        .onConflict((conflict) => conflict.column("stateHash").doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    findByState: (stateHash: Buffer): Promise<AttemptRow | undefined> =>
      db.selectFrom("attempts").selectAll().where("stateHash", "=", stateHash).executeTakeFirst(),

    find: (id: string): Promise<AttemptRow | undefined> =>
      db.selectFrom("attempts").selectAll().where("id", "=", id).executeTakeFirst(),

    /** A portal user's attempt that has proven an installation and is not bound yet. */
    findProven: (wanted: ProvenBy, now: Microseconds): Promise<AttemptRow | undefined> =>
      db
        .selectFrom("attempts")
        .selectAll()
        .where("organizationId", "=", wanted.organizationId)
        .where("userId", "=", wanted.userId)
        .where("installationId", "=", wanted.installationId)
        .where("issuer", "=", wanted.issuer)
        .where("status", "=", "verified")
        .where("expiresAt", ">", now)
        .orderBy("createdAt", "desc")
        .limit(1)
        .executeTakeFirst(),

    /** The newest attempts of an organization, the newest first. */
    list: ({ organizationId, shownAs }: AttemptFilter, limit: number): Promise<AttemptRow[]> => {
      let query = db
        .selectFrom("attempts")
        .selectAll()
        .where("organizationId", "=", organizationId);
      if (shownAs?.status === "expired")
        query = query.where("status", "!=", "bound").where("expiresAt", "<=", shownAs.now);
      else if (shownAs) query = query.where("status", "=", shownAs.status);
      if (shownAs && shownAs.status !== "expired" && shownAs.status !== "bound")
        query = query.where("expiresAt", ">", shownAs.now);
      return query.orderBy("createdAt", "desc").orderBy("id", "desc").limit(limit).execute();
    },

    /** Live attempts that wait for the account's owners, of one member of one account. */
    listRequested: (
      {
        issuer,
        githubUserId,
        accountId,
      }: Pick<AttemptRow, "issuer"> & {
        readonly githubUserId: number;
        readonly accountId: number;
      },
      now: Microseconds,
    ): Promise<AttemptRow[]> =>
      db
        .selectFrom("attempts")
        .selectAll()
        .where("status", "=", "requested")
        .where("githubUserId", "=", githubUserId)
        .where("accountId", "=", accountId)
        .where("issuer", "=", issuer)
        .where("expiresAt", ">", now)
        .execute(),

    /** How many attempts of these statuses an organization has alive. */
    async countLive(
      organizationId: string,
      statuses: readonly AttemptRow["status"][],
      now: Microseconds,
    ): Promise<number> {
      const { count } = await db
        .selectFrom("attempts")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("organizationId", "=", organizationId)
        .where("status", "in", statuses)
        .where("expiresAt", ">", now)
        .executeTakeFirstOrThrow();
      return count;
    },

    /** Expires the oldest unproven attempts of an organization beyond the newest `keep`. */
    async expireOldest(organizationId: string, keep: number, now: Microseconds): Promise<void> {
      await db
        .updateTable("attempts")
        .set({ expiresAt: now })
        .where("id", "in", (select) =>
          select
            .selectFrom("attempts")
            .select("id")
            .where("organizationId", "=", organizationId)
            .where("status", "in", ["created", "redirected"])
            .where("expiresAt", ">", now)
            .orderBy("createdAt", "desc")
            .orderBy("id", "desc")
            .limit(1_000_000)
            .offset(keep),
        )
        .execute();
    },

    /** The browser came back from GitHub. */
    async redirect(id: string, expiresAt: Microseconds, now: Microseconds): Promise<boolean> {
      const { numUpdatedRows } = await open(id, now)
        .where("status", "!=", "requested")
        .set({ status: "redirected", reason: null, expiresAt })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async fail(id: string, reason: string, now: Microseconds): Promise<boolean> {
      const { numUpdatedRows } = await open(id, now)
        .where("status", "!=", "requested")
        .set({ status: "failed", reason })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** A member asked the account's owners to approve. */
    async request(
      id: string,
      request: Pick<AttemptRow, "githubUserId" | "accountId" | "accountLogin" | "requestIds"> & {
        readonly expiresAt: Microseconds;
      },
      now: Microseconds,
    ): Promise<boolean> {
      const { numUpdatedRows } = await open(id, now)
        .set({ ...request, status: "requested", reason: null })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Writes the proof; returns false when one is there already or the attempt is over. */
    async seal(id: string, seal: Seal, now: Microseconds): Promise<boolean> {
      const { numUpdatedRows } = await open(id, now)
        .set({ ...seal, status: "verified", reason: null })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Removes attempts that came to nothing, the oldest first; their states may then be used again. */
    async deleteExpired(before: Microseconds, atMost: number): Promise<void> {
      await db
        .deleteFrom("attempts")
        .where("id", "in", (select) =>
          select
            .selectFrom("attempts")
            .select("id")
            // As a literal: a parameter would keep the partial index from being used.
            .where("status", "!=", sql.lit("bound" as const))
            .where("expiresAt", "<=", before)
            .orderBy("expiresAt")
            .limit(atMost),
        )
        .execute();
    },

    /** Consumes a proven state, at most once. Belongs into the transaction that binds. */
    async consume(
      { id, installationId }: { readonly id: string; readonly installationId: number },
      now: Microseconds,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable("attempts")
        .set({ status: "bound" })
        .where("id", "=", id)
        .where("status", "=", "verified")
        .where("installationId", "=", installationId)
        .where("expiresAt", ">", now)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
};
