import type SqliteFile from "better-sqlite3";
import { Kysely, type SqliteDatabase } from "kysely";
import { LRUCache } from "lru-cache";
import type { Database } from "../database.ts";
import { createStore, type Store } from "../store.ts";
import { openFile } from "./open-file.ts";
import { immediateSqliteDialect } from "./sqlite-dialect.ts";
import { createSqliteVersion, type SqliteVersion } from "./sqlite-version.ts";
import { sqliteWords } from "./sqlite-words.ts";

export interface SqliteOptions {
  /** The database file; it is created if it does not exist. It must be on a local disk. */
  readonly file: string;
}

/**
 * Opens the embedded store. Every commit is on disk when it is acknowledged.
 *
 * @throws if the file cannot be opened or a setting does not hold.
 */
export function openSqlite({ file }: SqliteOptions): Store {
  const database = openFile(file);
  const version = createSqliteVersion(database);
  const dialect = immediateSqliteDialect(withStatements(database, version));
  return createStore(new Kysely<Database>({ dialect }), {
    words: sqliteWords,
    version: version.current,
  });
}

/** Prepares an SQL text once, not at every call. Kysely runs at once what it prepares. */
function withStatements(database: SqliteFile.Database, version: SqliteVersion): SqliteDatabase {
  const statements = new LRUCache<string, SqliteFile.Statement>({ max: 500 });
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    if (!statement.readonly) version.advance();
    return statement;
  };
  return { prepare, close: () => void database.close() };
}
