import type { Queries, Store } from "@layers/storage";
import SqliteFile from "better-sqlite3";

/** How a storage call fails: before anything is done, when it is done, or with every call after it. */
export const faultKinds = ["undone", "done", "lasting"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A store that fails at a call of one's choice. A transaction's begin and commit are calls too. */
export interface FaultyStore {
  readonly wrap: (store: Store) => Store;
  /** Lets the n-th call from now on fail. */
  arm(kind: FaultKind, n: number): void;
  /** Ends the failing. Returns the calls that failed, such as `bindings.bind`. */
  disarm(): readonly string[];
}

export function createFaultyStore(): FaultyStore {
  let fault: { readonly kind: FaultKind; left: number } | undefined;
  let failed: string[] = [];

  async function run<T>(name: string, call: () => Promise<T>): Promise<T> {
    if (!fault) return call();
    fault.left -= 1;
    const fails = fault.left === 0 || (fault.left < 0 && fault.kind === "lasting");
    if (!fails) return call();
    failed.push(name);
    if (fault.kind === "done") await call();
    throw new SqliteFile.SqliteError("disk I/O error", "SQLITE_IOERR");
  }

  const wrapQueries = <Q extends Queries>(queries: Q): Q =>
    intercept(queries, (table, group) =>
      typeof group === "object"
        ? intercept(Object(group), (name, query) => wrapCall(`${table}.${name}`, query))
        : group,
    );
  // Safe: every query is an async function, and keeps its parameters and its result.
  const wrapCall =
    (name: string, query: unknown) =>
    (...parameters: unknown[]) =>
      run(name, () => (query as (...all: unknown[]) => Promise<unknown>)(...parameters));

  return {
    wrap: (store) => ({
      ...wrapQueries(store),
      transaction: (work) =>
        run("begin", async () => {
          const worked = (tx: Queries) => work(wrapQueries(tx));
          return run("commit", () => store.transaction(worked));
        }),
    }),
    arm(kind, n) {
      fault = { kind, left: n };
      failed = [];
    },
    disarm() {
      fault = undefined;
      return failed;
    },
  };
}

/** A copy of an object with other values. */
function intercept<T extends object>(of: T, change: (name: string, value: unknown) => unknown): T {
  const entries = Object.entries(of).map(([name, value]) => [name, change(name, value)]);
  // Safe: what is changed keeps its type.
  return Object.fromEntries(entries) as T;
}
