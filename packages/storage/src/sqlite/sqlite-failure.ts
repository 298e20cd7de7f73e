import SqliteFile from "better-sqlite3";

/** Why a database does not work: locked by another process for too long, broken, or anything else. */
export type StorageFailure = "busy" | "damaged" | "unavailable";

/** SQLite's codes: also disk full, read-only, or not to be opened. */
const failures: Readonly<Record<string, StorageFailure>> = {
  BUSY: "busy",
  LOCKED: "busy",
  CORRUPT: "damaged",
  NOTADB: "damaged",
  FULL: "unavailable",
  READONLY: "unavailable",
  IOERR: "unavailable",
  CANTOPEN: "unavailable",
};

export function toSqliteFailure(error: unknown): StorageFailure | undefined {
  if (!(error instanceof SqliteFile.SqliteError)) return undefined;
  const [, name = ""] = /^SQLITE_([A-Z]+)/.exec(error.code) ?? [];
  return failures[name];
}
