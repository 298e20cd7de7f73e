import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import SqliteFile from "better-sqlite3";

export interface SwapOptions {
  /** The file that takes the database's place: whole, closed, and in the same folder. */
  readonly draft: string;
  readonly file: string;
  /** Where the present database is kept. */
  readonly keptAs: string;
  /**
   * Swaps though another process has the database open. That process goes on with the kept file until
   * it is restarted.
   */
  readonly force: boolean;
}

/**
 * Puts another database in a database's place, at once: whoever opens the file, even after a crash,
 * finds the old one or the new one.
 *
 * @throws a storage failure when another process has the database open
 */
export function swapSqlite({ draft, file, keptAs, force }: SwapOptions): void {
  syncToDisk(draft);
  const held = existsSync(file) && !force ? holdAlone(file) : undefined;
  try {
    // A log that stayed would be played into the new database.
    for (const log of ["-wal", "-shm"]) {
      if (held) rmSync(file + log, { force: true });
      else if (existsSync(file + log)) renameSync(file + log, keptAs + log);
    }
    if (existsSync(file)) linkSync(file, keptAs);
    renameSync(draft, file);
    syncToDisk(dirname(file));
  } finally {
    held?.close();
  }
}

/** Takes a database away from everybody else, with all that its log holds written into it. */
function holdAlone(file: string): SqliteFile.Database {
  const database = new SqliteFile(file, { timeout: 0 });
  try {
    database.pragma("locking_mode = exclusive");
    database.pragma("journal_mode = delete");
    database.exec("begin exclusive");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Waits until a file, or a folder's list of files, would survive a loss of power. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
