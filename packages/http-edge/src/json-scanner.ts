import { AppError } from "@layers/contracts";

/** Bounds of a JSON text. */
export interface JsonLimits {
  /** Arrays and objects inside each other. */
  readonly depth: number;
  /** Keys of all objects together. */
  readonly keys: number;
  /** UTF-16 code units of each string and key, after unescaping. */
  readonly stringLength: number;
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const [minus, zero, nine, lowerU, space] = [0x2d, 0x30, 0x39, 0x75, 0x20];

const numberToken = /[-+.0-9eE]*/y;
const integer = /^-?(?:0|[1-9][0-9]*)$/;

/** Whether a JSON number is written as an integer within ±(2^53-1). */
export function isExactInteger(source: string): boolean {
  return integer.test(source) && Number.isSafeInteger(Number(source));
}

/**
 * Checks what `JSON.parse` does not: no object has a key twice or one that reaches for a prototype,
 * and the limits hold. It is exact for valid JSON; of invalid JSON it passes some, for `JSON.parse` to
 * refuse.
 * @returns whether every number is an exact integer
 * @throws {AppError} BAD_REQUEST
 */
export function scanJson(text: string, limits: JsonLimits): boolean {
  const keys = createKeyCheck(limits.keys);
  let depth = 0;
  let exact = true;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      const end = endOfString(text, at, limits.stringLength);
      const next = skipSpace(text, end);
      if (text.charCodeAt(next) === colon) keys.add(text.slice(at, end));
      at = next;
    } else if (char === minus || (char >= zero && char <= nine)) {
      const source = numberAt(text, at);
      exact &&= isExactInteger(source);
      at += source.length;
    } else {
      if (char === openObject || char === openArray) {
        depth += 1;
        if (depth > limits.depth) throw new AppError("BAD_REQUEST");
        keys.open();
      } else if (char === closeObject || char === closeArray) {
        depth -= 1;
        keys.close();
      } else if (char === comma) {
        keys.next();
      }
      at += 1;
    }
  }
  return exact;
}

interface Container {
  readonly keys: Set<string>;
  readonly isConstructor: boolean;
}

/** Follows the scan through the containers and looks at each key. */
function createKeyCheck(limit: number) {
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
    next() {
      lastKey = undefined;
    },
    add(source: string) {
      const key = unescapeKey(source);
      count += 1;
      const isForbidden =
        key === "__proto__" || (key === "prototype" && current.isConstructor) || count > limit;
      if (isForbidden || current.keys.has(key)) throw new AppError("BAD_REQUEST");
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

function endOfString(text: string, start: number, limit: number): number {
  let length = 0;
  let at = start + 1;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === quote) return at + 1;
    length += 1;
    if (length > limit) break;
    if (char !== backslash) at += 1;
    else at += text.charCodeAt(at + 1) === lowerU ? 6 : 2;
  }
  throw new AppError("BAD_REQUEST");
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= space) at += 1;
  return at;
}

function numberAt(text: string, start: number): string {
  numberToken.lastIndex = start;
  return (numberToken.exec(text) as RegExpExecArray)[0];
}
