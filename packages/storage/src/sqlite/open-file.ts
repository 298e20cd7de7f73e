import { closeSync, existsSync, openSync } from "node:fs";
import SqliteFile from "better-sqlite3";

/** What every connection needs. better-sqlite3 lowers `synchronous` when it opens a WAL file. */
const pragmas = {
  journal_mode: "wal",
  synchronous: 2,
  busy_timeout: 5000,
  foreign_keys: 1,
  trusted_schema: 0,
  cell_size_check: 1,
} as const;

/** Opens a database file with durable settings, and reads each back. A new one only its owner reads. */
export function openFile(file: string): SqliteFile.Database {
  // SQLite would take the umask's mode. Its log gets the mode of the file.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const database = new SqliteFile(file);
  try {
    for (const [name, value] of Object.entries(pragmas)) setPragma(database, name, value);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function setPragma(database: SqliteFile.Database, name: string, value: string | number): void {
  database.pragma(`${name} = ${value}`);
  const actual: unknown = database.pragma(name, { simple: true });
  if (actual !== value)
    throw new Error(`SQLite did not take ${name} = ${value}: it is ${String(actual)}.`);
}
