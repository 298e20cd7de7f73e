export type * from "./database.ts";
export { isStorageFailure } from "./failure.ts";
export type { BindResult, InstallationKey } from "./queries/bindings.ts";
export type { KeyRecord } from "./queries/keys.ts";
export { openSqlite, type SqliteOptions } from "./sqlite/open-sqlite.ts";
export type { Queries, Store } from "./store.ts";
