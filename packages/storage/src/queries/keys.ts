import type { Kysely } from "kysely";
import { compileOnce } from "../compile-once.ts";
import type { ApiKeyRow, ApiKeySecretRow, Database, Microseconds } from "../database.ts";

/** All that authentication needs, in one row. */
export interface KeyRecord extends ApiKeyRow {
  readonly digest: Buffer;
  readonly pepperVersion: number;
  readonly secretExpiresAt: Microseconds | null;
  readonly organizationName: string;
  readonly organizationSuspendedAt: Microseconds | null;
}

/** Finds a key by the public part of one of its secrets. */
function findByKeyIdOn(db: Kysely<Database>) {
  const list = compileOnce(db, (keyId: string) =>
    db
      .selectFrom("apiKeySecrets as secret")
      .innerJoin("apiKeys as key", "key.id", "secret.apiKeyId")
      .innerJoin("organizations as organization", "organization.id", "key.organizationId")
      .selectAll("key")
      .select([
        "secret.digest",
        "secret.pepperVersion",
        "secret.expiresAt as secretExpiresAt",
        "organization.name as organizationName",
        "organization.suspendedAt as organizationSuspendedAt",
      ])
      .where("secret.keyId", "=", keyId),
  );
  return async (keyId: string): Promise<KeyRecord | undefined> => (await list(keyId))[0];
}

export const keyQueries = (db: Kysely<Database>) => ({
  findByKeyId: findByKeyIdOn(db),

  async insert(key: ApiKeyRow): Promise<void> {
    await db.insertInto("apiKeys").values(key).execute();
  },

  async insertSecret(secret: ApiKeySecretRow): Promise<void> {
    await db.insertInto("apiKeySecrets").values(secret).execute();
  },

  find: (id: string): Promise<ApiKeyRow | undefined> =>
    db.selectFrom("apiKeys").selectAll().where("id", "=", id).executeTakeFirst(),

  list: (organizationId: string): Promise<ApiKeyRow[]> =>
    db
      .selectFrom("apiKeys")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .orderBy("id")
      .execute(),

  /** Lists what may be shown of a key's secrets, the newest first. */
  listSecrets: (apiKeyId: string) =>
    db
      .selectFrom("apiKeySecrets")
      .select(["keyId", "lastFour", "createdAt", "expiresAt"])
      .where("apiKeyId", "=", apiKeyId)
      .orderBy("createdAt", "desc")
      .execute(),

  /** The peppers under which the secrets are hashed that are accepted now. */
  async listPepperVersions(now: Microseconds): Promise<number[]> {
    const rows = await db
      .selectFrom("apiKeySecrets as secret")
      .innerJoin("apiKeys as key", "key.id", "secret.apiKeyId")
      .select("secret.pepperVersion")
      .distinct()
      .where("key.revokedAt", "is", null)
      .where((where) =>
        where.or([where("key.expiresAt", "is", null), where("key.expiresAt", ">", now)]),
      )
      .where((where) =>
        where.or([where("secret.expiresAt", "is", null), where("secret.expiresAt", ">", now)]),
      )
      .orderBy("secret.pepperVersion")
      .execute();
    return rows.map(({ pepperVersion }) => pepperVersion);
  },

  async revoke(id: string, now: Microseconds): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable("apiKeys")
      .set({ revokedAt: now })
      .where("id", "=", id)
      .where("revokedAt", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  /** Lets a key's secrets live no longer than `expiresAt`; none ever lives longer than before. */
  async expireSecrets(apiKeyId: string, expiresAt: Microseconds): Promise<void> {
    await db
      .updateTable("apiKeySecrets")
      .set({ expiresAt })
      .where("apiKeyId", "=", apiKeyId)
      .where((where) =>
        where.or([where("expiresAt", "is", null), where("expiresAt", ">", expiresAt)]),
      )
      .execute();
  },

  async setTier(id: string, tier: string): Promise<void> {
    await db.updateTable("apiKeys").set({ tier }).where("id", "=", id).execute();
  },

  async setTokenCeiling(id: string, tokenCeiling: string | null): Promise<void> {
    await db.updateTable("apiKeys").set({ tokenCeiling }).where("id", "=", id).execute();
  },

  async setAllowedReturnDomains(id: string, domains: readonly string[]): Promise<void> {
    await db
      .updateTable("apiKeys")
      .set({ allowedReturnDomains: JSON.stringify(domains) })
      .where("id", "=", id)
      .execute();
  },
});
