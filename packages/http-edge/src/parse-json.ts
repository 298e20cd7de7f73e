import { isUtf8 } from "node:buffer";
import { AppError } from "@layers/contracts";
import { isExactInteger, type JsonLimits, scanJson } from "./json-scanner.ts";

/** The bounds of a JSON text unless said otherwise. */
export const jsonLimits: JsonLimits = { depth: 32, keys: 1000, stringLength: 8192 };

/**
 * Reads JSON strictly: UTF-8 without a byte order mark, no key twice in an object, no key that reaches
 * for a prototype, within `limits`. A number that is not written as an integer within ±(2^53-1)
 * becomes `NaN`, so that a schema refuses it at its field instead of taking a rounded value.
 * @throws {AppError} BAD_REQUEST; neither it nor its cause holds any of the input
 */
export function parseJson(input: Buffer | string, limits: Partial<JsonLimits> = {}): unknown {
  const text = typeof input === "string" ? input : decodeUtf8(input);
  const isExact = scanJson(text, { ...jsonLimits, ...limits });
  try {
    return isExact ? JSON.parse(text) : parse(text, exactOrNaN);
  } catch {
    throw new AppError("BAD_REQUEST");
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const exactOrNaN: Reviver = (_key, value, { source }) =>
  typeof value === "number" && !isExactInteger(source as string) ? Number.NaN : value;

// Revivers get the source text since ES2026; the compiler's library does not know it yet.
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new AppError("BAD_REQUEST");
  return bytes.toString("utf8");
}
