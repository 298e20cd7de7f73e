import SqliteFile from "better-sqlite3";
import type { Connector } from "./connector.ts";

/** What changes without anybody's binding, attempt, key or token changing. */
const ignored = ["auditLog", "idempotencyKeys"];

/**
 * Another connection to the database. It must be of the library that the service uses: two SQLites in one
 * process undo each other's locks.
 *
 * @see https://sqlite.org/howtocorrupt.html#multiple_copies_of_sqlite_linked_into_the_same_application
 */
export const openDatabase = ({ databaseFile }: Pick<Connector, "databaseFile">) =>
  new SqliteFile(databaseFile);

/** Every row of every table but the audit log, to be compared before and after. */
export function readDatabase(connector: Pick<Connector, "databaseFile">) {
  const database = openDatabase(connector);
  const tables = database
    .prepare<[], string>("select name from sqlite_schema where type = 'table' order by name")
    .pluck()
    .all();
  const rows = Object.fromEntries(
    tables
      .filter((table) => !ignored.includes(table))
      .map((table) => [table, database.prepare(`select * from "${table}" order by 1`).all()]),
  );
  database.close();
  return rows;
}

/** The same but for which tokens may be handed out: a revocation withholds them before it may fail. */
export function readDatabaseButHandouts(
  connector: Pick<Connector, "databaseFile">,
): Record<string, unknown[]> {
  const { tokens = [], ...rest } = readDatabase(connector);
  return { ...rest, tokens: tokens.map((row) => ({ ...(row as object), scopeKey: "" })) };
}
