import { DatabaseSync } from "node:sqlite";
import type { Connector } from "./connector.ts";

/** What changes without anybody's binding, attempt, key or token changing. */
const ignored = ["auditLog", "idempotencyKeys"];

/** Every row of every table but the audit log, to be compared before and after. */
export function readDatabase({ databaseFile }: Pick<Connector, "databaseFile">) {
  using database = new DatabaseSync(databaseFile, { readOnly: true });
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .all()
    .map(({ name }) => String(name));
  return Object.fromEntries(
    tables
      .filter((table) => !ignored.includes(table))
      .map((table) => [table, database.prepare(`select * from "${table}" order by 1`).all()]),
  );
}
