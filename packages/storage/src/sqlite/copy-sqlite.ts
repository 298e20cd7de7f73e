import { closeSync, openSync } from "node:fs";
import SqliteFile from "better-sqlite3";

/** How far a copy is, in pages. */
export type OnProgress = (progress: { readonly done: number; readonly total: number }) => void;

export interface CopyOptions {
  readonly from: string;
  /** A file that does not exist yet. Only its owner can read it. */
  readonly to: string;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Copies a database as it is at this moment, while others go on reading and writing it. The copy is
 * one file without a log beside it.
 */
export async function copySqlite({ from, to, onProgress }: CopyOptions): Promise<void> {
  closeSync(openSync(to, "wx", 0o600));
  const source = new SqliteFile(from, { readonly: true, fileMustExist: true });
  try {
    // A read that stays open pins the moment: otherwise each write elsewhere starts the copy anew.
    source.exec("begin");
    source.prepare("select count(*) from sqlite_schema").get();
    await source.backup(to, {
      progress({ totalPages: total, remainingPages }) {
        onProgress?.({ done: total - remainingPages, total });
        return pagesAtOnce;
      },
    });
  } finally {
    source.close();
  }
  const copy = new SqliteFile(to);
  try {
    copy.pragma("journal_mode = delete");
  } finally {
    copy.close();
  }
}

const pagesAtOnce = 1000;
