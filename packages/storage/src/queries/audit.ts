import type { Kysely, Transaction } from "kysely";
import { type AuditLine, chainHash } from "../audit-chain.ts";
import type { AuditRow, Database } from "../database.ts";

/** Which lines to read: of one organization or of all, and only those after a line. */
export interface AuditFilter {
  readonly organizationId?: string | undefined;
  readonly afterId?: string | undefined;
}

export const auditQueries = (db: Kysely<Database>) => ({
  /** Adds a line to its organization's chain. Belongs into the transaction of the change that it tells of. */
  async append(line: AuditLine): Promise<void> {
    if (db.isTransaction) await chain(db, line);
    else await db.transaction().execute((trx) => chain(trx, line));
  },

  /** The newest lines of an organization first; only those before a place in the chain, if one is given. */
  list: (
    {
      organizationId,
      before,
    }: { readonly organizationId: string; readonly before?: number | undefined },
    limit: number,
  ): Promise<AuditRow[]> => {
    const query = db
      .selectFrom("auditLog")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .orderBy("sequence", "desc")
      .limit(limit);
    return (before === undefined ? query : query.where("sequence", "<", before)).execute();
  },

  /** The lines of an organization that follow a place in the chain, the oldest first. */
  listAfter: (
    { organizationId, sequence }: Pick<AuditRow, "organizationId" | "sequence">,
    limit: number,
  ): Promise<AuditRow[]> =>
    db
      .selectFrom("auditLog")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .where("sequence", ">", sequence)
      .orderBy("sequence")
      .limit(limit)
      .execute(),

  /** Whose chains there are, and how long each is. */
  listChains: (): Promise<{ organizationId: string; length: number }[]> =>
    db
      .selectFrom("auditLog")
      .select(["organizationId", (select) => select.fn.max("sequence").as("length")])
      .groupBy("organizationId")
      .orderBy("organizationId")
      .execute(),

  /** The last lines, the oldest of them first. */
  async tail({ organizationId, afterId }: AuditFilter, limit: number): Promise<AuditRow[]> {
    let query = db.selectFrom("auditLog").selectAll();
    if (organizationId !== undefined) query = query.where("organizationId", "=", organizationId);
    if (afterId !== undefined) query = query.where("id", ">", afterId);
    const newestFirst = await query.orderBy("id", "desc").limit(limit).execute();
    // Ids of several processes are in order only to the millisecond.
    return newestFirst.toReversed().toSorted((a, b) => a.at - b.at);
  },
});

async function chain(db: Kysely<Database> | Transaction<Database>, line: AuditLine): Promise<void> {
  const last = await db
    .selectFrom("auditLog")
    .select(["sequence", "hash"])
    .where("organizationId", "=", line.organizationId)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const next = { ...line, sequence: (last?.sequence ?? 0) + 1 };
  await db
    .insertInto("auditLog")
    .values({ ...next, hash: chainHash(last?.hash ?? null, next) })
    .execute();
}
