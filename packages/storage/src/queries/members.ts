import type { Compilable, Kysely } from "kysely";
import { compileOnce } from "../compile-once.ts";
import type { Database, MemberRow, Microseconds } from "../database.ts";

/** A portal user's membership, with what a call needs of the organization. */
export interface MembershipRecord extends MemberRow {
  readonly organizationName: string;
  readonly organizationSuspendedAt: Microseconds | null;
}

export const memberQueries = (db: Kysely<Database>) => {
  const listOfUser = compileOnce(
    db,
    (userId: string): Compilable<MembershipRecord> =>
      db
        .selectFrom("members as member")
        .innerJoin("organizations as organization", "organization.id", "member.organizationId")
        .selectAll("member")
        .select([
          "organization.name as organizationName",
          "organization.suspendedAt as organizationSuspendedAt",
        ])
        .where("member.userId", "=", userId),
  );

  return {
    /** Adds a member, or changes the role of one who is there. */
    async put(member: MemberRow): Promise<void> {
      const { role } = member;
      await db
        .insertInto("members")
        .values(member)
        .onConflict((conflict) =>
          conflict.columns(["organizationId", "userId"]).doUpdateSet({ role }),
        )
        .execute();
    },

    /** Returns false when there was no such member. */
    async remove({
      organizationId,
      userId,
    }: Pick<MemberRow, "organizationId" | "userId">): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom("members")
        .where("organizationId", "=", organizationId)
        .where("userId", "=", userId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    list: (organizationId: string): Promise<MemberRow[]> =>
      db
        .selectFrom("members")
        .selectAll()
        .where("organizationId", "=", organizationId)
        .orderBy("createdAt")
        .orderBy("userId")
        .execute(),

    /** The organizations that a user belongs to. */
    async listOfUser(userId: string): Promise<MembershipRecord[]> {
      // Not ordered by SQLite, which plans such a query anew at every call.
      return (await listOfUser(userId)).toSorted((a, b) =>
        a.organizationId < b.organizationId ? -1 : 1,
      );
    },
  };
};
