import SqliteFile from "better-sqlite3";
import { migrationNames } from "../migrations/index.ts";
import { toSqliteFailure } from "./sqlite-failure.ts";

/** What a look into a database file finds. */
export interface SqliteReport {
  /** What is broken, in SQLite's words; empty for a sound file. */
  readonly damage: readonly string[];
  /** Migrations that this code knows and that have run; empty for a file that is not ours. */
  readonly applied: readonly string[];
  /** Migrations that this code knows and that have not run. */
  readonly pending: readonly string[];
  /** Migrations that have run and that this code does not know: the file is of a newer version. */
  readonly unknown: readonly string[];
}

/** Reads all of a database file and says whether it is sound, and whose schema it has. */
export function inspectSqlite(file: string): SqliteReport {
  const database = new SqliteFile(file, { readonly: true, fileMustExist: true });
  try {
    const ran = new Set(readMigrations(database));
    return {
      damage: findDamage(database),
      applied: migrationNames.filter((name) => ran.has(name)),
      pending: migrationNames.filter((name) => !ran.has(name)),
      unknown: [...ran].filter((name) => !migrationNames.includes(name)),
    };
  } catch (error) {
    if (toSqliteFailure(error) !== "damaged") throw error;
    return { damage: [String(error)], applied: [], pending: [...migrationNames], unknown: [] };
  } finally {
    database.close();
  }
}

function findDamage(database: SqliteFile.Database): string[] {
  const lines = database.prepare<[], string>("pragma integrity_check").pluck().all();
  const orphans = database.prepare<[], { table: string }>("pragma foreign_key_check").all();
  return [
    ...lines.filter((line) => line !== "ok"),
    ...new Set(orphans.map(({ table }) => `rows of ${table} belong to nothing`)),
  ];
}

function readMigrations(database: SqliteFile.Database): string[] {
  const table = database
    .prepare("select 1 from sqlite_schema where type = 'table' and name = 'kysely_migration'")
    .get();
  if (!table) return [];
  return database.prepare<[], string>("select name from kysely_migration").pluck().all();
}
