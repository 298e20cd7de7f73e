import type { Kysely } from "kysely";
import type { Database, GitHubLinkRow, Microseconds } from "../database.ts";

/** A link as somebody read it. */
export type LinkVersion = Pick<GitHubLinkRow, "userId" | "version">;

export const githubLinkQueries = (db: Kysely<Database>) => {
  /** Writes only over what the caller has read. */
  const update = async (
    { userId, version }: LinkVersion,
    change: Partial<GitHubLinkRow>,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable("githubLinks")
      .set(change)
      .where("userId", "=", userId)
      .where("version", "=", version)
      .where("endedAt", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  };

  return {
    /** Links a user, in the place of whatever he had linked before. */
    async put(link: GitHubLinkRow): Promise<void> {
      await db
        .insertInto("githubLinks")
        .values(link)
        .onConflict((conflict) => conflict.column("userId").doUpdateSet(link))
        .execute();
    },

    find: (userId: string): Promise<GitHubLinkRow | undefined> =>
      db.selectFrom("githubLinks").selectAll().where("userId", "=", userId).executeTakeFirst(),

    /** The links of a GitHub account that have not ended. */
    listLive: ({
      host,
      appId,
      githubUserId,
    }: Pick<GitHubLinkRow, "host" | "appId" | "githubUserId">): Promise<GitHubLinkRow[]> =>
      db
        .selectFrom("githubLinks")
        .selectAll()
        .where("githubUserId", "=", githubUserId)
        .where("host", "=", host)
        .where("appId", "=", appId)
        .where("endedAt", "is", null)
        .execute(),

    /** Lets one caller alone, of whichever process, refresh the tokens until `until`. */
    async lease(
      { userId, version }: LinkVersion,
      { now, until }: { readonly now: Microseconds; readonly until: Microseconds },
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable("githubLinks")
        .set({ leaseUntil: until })
        .where("userId", "=", userId)
        .where("version", "=", version)
        .where("endedAt", "is", null)
        .where("leaseUntil", "<=", now)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Gives a lease back that came to nothing. */
    release: (read: LinkVersion) => update(read, { leaseUntil: 0 }),

    /** Keeps refreshed tokens. Returns false when the link is another one by now. */
    replace: (read: LinkVersion, fresh: Pick<GitHubLinkRow, "version" | "sealed">) =>
      update(read, { ...fresh, leaseUntil: 0 }),

    /** Ends a link whose tokens GitHub refuses; they are not kept. */
    end: (read: LinkVersion, now: Microseconds) =>
      update(read, { endedAt: now, sealed: Buffer.alloc(0) }),

    /** Forgets a link. Returns false when there was none. */
    async remove(userId: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom("githubLinks")
        .where("userId", "=", userId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
};
