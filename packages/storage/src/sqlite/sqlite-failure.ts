import SqliteFile from "better-sqlite3";

/** Disk full, read-only, damaged, locked by another process for too long, or not to be opened. */
const failures = ["FULL", "READONLY", "IOERR", "CORRUPT", "BUSY", "LOCKED", "CANTOPEN", "NOTADB"];

export function isSqliteFailure(error: unknown): boolean {
  return (
    error instanceof SqliteFile.SqliteError &&
    failures.some((name) => error.code.startsWith(`SQLITE_${name}`))
  );
}
