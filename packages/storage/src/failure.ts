import { type StorageFailure, toSqliteFailure } from "./sqlite/sqlite-failure.ts";

/** Says why the database cannot work now; undefined for an error of another kind. */
export const toStorageFailure = (error: unknown): StorageFailure | undefined =>
  toSqliteFailure(error);

/** Whether an error says that the database cannot work now, rather than that our query is wrong. */
export const isStorageFailure = (error: unknown): boolean => toStorageFailure(error) !== undefined;
