import { LRUCache } from "lru-cache";

/** A number that is another one after the database was changed. */
export type Version = () => number;

interface Remembered<Row> {
  readonly version: number;
  readonly row: Row | undefined;
}

const mostRows = 10_000;

/**
 * A read that is not repeated for as long as the database stays as it is. What it finds is frozen: all
 * who ask get the same object.
 */
export function rememberRead<Row extends object>(
  read: (key: string) => Promise<Row | undefined>,
  versionOf: Version,
): (key: string) => Promise<Row | undefined> {
  const remembered = new LRUCache<string, Remembered<Row>>({ max: mostRows });
  return async (key) => {
    // Before the read: what is changed meanwhile makes it be read again.
    const version = versionOf();
    const known = remembered.get(key);
    if (known?.version === version) return known.row;
    const row = await read(key);
    remembered.set(key, { version, row: row && Object.freeze(row) });
    return row;
  };
}
