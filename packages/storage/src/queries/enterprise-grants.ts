import type { Kysely } from "kysely";
import type { Database, EnterpriseGrantRow, Microseconds } from "../database.ts";

/** Whose grants, of which GitHub. */
type GrantHolder = Pick<EnterpriseGrantRow, "organizationId" | "host">;

/** Which enterprise, of which GitHub. */
type EnterpriseKey = Pick<EnterpriseGrantRow, "host" | "enterpriseId">;

/** What GitHub may change of an enterprise. */
type EnterpriseState = Pick<EnterpriseGrantRow, "slug" | "installationId">;

export const enterpriseGrantQueries = (db: Kysely<Database>) => ({
  /** Rejects while the organization has a live grant of this enterprise. */
  async insert(grant: EnterpriseGrantRow): Promise<void> {
    await db.insertInto("enterpriseGrants").values(grant).execute();
  },

  find: (id: string): Promise<EnterpriseGrantRow | undefined> =>
    db.selectFrom("enterpriseGrants").selectAll().where("id", "=", id).executeTakeFirst(),

  /** An organization's grants that are not revoked. */
  listLive: ({ organizationId, host }: GrantHolder): Promise<EnterpriseGrantRow[]> =>
    db
      .selectFrom("enterpriseGrants")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .where("host", "=", host)
      .where("revokedAt", "is", null)
      .execute(),

  /** Every grant, revoked ones too; of one organization, or of all. */
  list: (organizationId?: string): Promise<EnterpriseGrantRow[]> => {
    const all = db.selectFrom("enterpriseGrants").selectAll();
    return (organizationId === undefined ? all : all.where("organizationId", "=", organizationId))
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
  },

  /** Whether any organization may manage the enterprise. */
  async isGranted({ host, enterpriseId }: EnterpriseKey): Promise<boolean> {
    const grant = await db
      .selectFrom("enterpriseGrants")
      .select("id")
      .where("host", "=", host)
      .where("enterpriseId", "=", enterpriseId)
      .where("revokedAt", "is", null)
      .executeTakeFirst();
    return grant !== undefined;
  },

  /** Records what GitHub says of the enterprise now, in every live grant of it. */
  async observe({ host, enterpriseId }: EnterpriseKey, seen: EnterpriseState): Promise<void> {
    await db
      .updateTable("enterpriseGrants")
      .set(seen)
      .where("host", "=", host)
      .where("enterpriseId", "=", enterpriseId)
      .where("revokedAt", "is", null)
      .execute();
  },

  async setClientIds(id: string, clientIds: readonly string[]): Promise<void> {
    await db
      .updateTable("enterpriseGrants")
      .set({ clientIds: JSON.stringify(clientIds) })
      .where("id", "=", id)
      .execute();
  },

  /** Returns false when there is no such grant, or it is revoked already. */
  async revoke(id: string, now: Microseconds): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable("enterpriseGrants")
      .set({ revokedAt: now })
      .where("id", "=", id)
      .where("revokedAt", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
});
