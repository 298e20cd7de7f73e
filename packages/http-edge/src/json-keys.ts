import { AppError } from "@layers/contracts";

interface Container {
  readonly keys: Set<string>;
  readonly isConstructor: boolean;
}

/**
 * Follows a scan through arrays and objects and looks at each key.
 * @param limit keys of all objects together
 */
export function createKeyCheck(limit: number) {
  const outer: Container[] = [];
  let current: Container = { keys: new Set(), isConstructor: false };
  let lastKey: string | undefined;
  let count = 0;
  return {
    open() {
      outer.push(current);
      current = { keys: new Set(), isConstructor: lastKey === "constructor" };
      lastKey = undefined;
    },
    close() {
      current = outer.pop() ?? current;
    },
    /** Goes on to the next member or item. */
    next() {
      lastKey = undefined;
    },
    /** Takes a key as written, with its quotes. */
    add(source: string) {
      const key = unescapeKey(source);
      count += 1;
      const isPrototype = key === "__proto__" || (key === "prototype" && current.isConstructor);
      if (isPrototype || count > limit || current.keys.has(key)) throw new AppError("BAD_REQUEST");
      current.keys.add(key);
      lastKey = key;
    },
  };
}

function unescapeKey(source: string): string {
  if (!source.includes("\\")) return source.slice(1, -1);
  try {
    return JSON.parse(source) as string;
  } catch {
    throw new AppError("BAD_REQUEST");
  }
}
