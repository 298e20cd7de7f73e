import { isSqliteFailure } from "./sqlite/sqlite-failure.ts";

/** Whether an error says that the database cannot work now, rather than that our query is wrong. */
export function isStorageFailure(error: unknown): boolean {
  return isSqliteFailure(error);
}
