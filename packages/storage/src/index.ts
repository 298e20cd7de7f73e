export type * from "./database.ts";
export { isStorageFailure, toStorageFailure } from "./failure.ts";
export type { BindResult, InstallationKey } from "./queries/bindings.ts";
export type { KeyRecord } from "./queries/keys.ts";
export { type CopyOptions, copySqlite, type OnProgress } from "./sqlite/copy-sqlite.ts";
export { inspectSqlite, type SqliteReport } from "./sqlite/inspect-sqlite.ts";
export { openSqlite, type SqliteOptions } from "./sqlite/open-sqlite.ts";
export { type SwapOptions, swapSqlite, syncToDisk } from "./sqlite/swap-sqlite.ts";
export type { Queries, Store } from "./store.ts";
