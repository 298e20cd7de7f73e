import type { Kysely } from "kysely";
import type { ConsentRow, Database, Microseconds, OauthFlowRow } from "../database.ts";

/** The one-time records of a browser on its way through GitHub and our pages. */
export const oauthFlowQueries = (db: Kysely<Database>) => ({
  async insert(flow: OauthFlowRow): Promise<void> {
    await db.insertInto("oauthFlows").values(flow).execute();
  },

  /** Takes a live flow by its state and its browser's cookie, at most once. */
  consume: (
    { stateHash, cookieHash }: Pick<OauthFlowRow, "stateHash" | "cookieHash">,
    now: Microseconds,
  ): Promise<OauthFlowRow | undefined> =>
    db
      .updateTable("oauthFlows")
      .set({ consumedAt: now })
      .where("stateHash", "=", stateHash)
      .where("cookieHash", "=", cookieHash)
      .where("consumedAt", "is", null)
      .where("expiresAt", ">", now)
      .returningAll()
      .executeTakeFirst(),

  async deleteExpired(now: Microseconds): Promise<void> {
    await db.deleteFrom("oauthFlows").where("expiresAt", "<=", now).execute();
  },
});

export const consentQueries = (db: Kysely<Database>) => ({
  async insert(consent: ConsentRow): Promise<void> {
    await db.insertInto("consents").values(consent).execute();
  },

  /** Takes a live consent by its token, at most once. */
  consume: (tokenHash: Buffer, now: Microseconds): Promise<ConsentRow | undefined> =>
    db
      .updateTable("consents")
      .set({ consumedAt: now })
      .where("tokenHash", "=", tokenHash)
      .where("consumedAt", "is", null)
      .where("expiresAt", ">", now)
      .returningAll()
      .executeTakeFirst(),

  async deleteExpired(now: Microseconds): Promise<void> {
    await db.deleteFrom("consents").where("expiresAt", "<=", now).execute();
  },
});
