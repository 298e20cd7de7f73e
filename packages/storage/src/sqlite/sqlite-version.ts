import type SqliteFile from "better-sqlite3";
import type { Version } from "../remember-read.ts";

/** How long a change by another connection may go unseen. To look takes as long as a short read. */
const unseenMilliseconds = 100;

export interface SqliteVersion {
  readonly current: Version;
  /** Says that this connection is about to change something. */
  readonly advance: () => void;
}

/**
 * Counts the changes that are seen on a connection: its own at once, those of others soon after.
 *
 * @see https://sqlite.org/pragma.html#pragma_data_version
 */
export function createSqliteVersion(database: SqliteFile.Database): SqliteVersion {
  const others = database.prepare<[], number>("PRAGMA data_version").pluck();
  let version = 0;
  let ofOthers: number | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    current() {
      const now = performance.now();
      if (now - lookedAt < unseenMilliseconds) return version;
      lookedAt = now;
      const found = others.get();
      if (found !== ofOthers) version += 1;
      ofOthers = found;
      return version;
    },
    advance() {
      version += 1;
    },
  };
}
