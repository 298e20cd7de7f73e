import { isUtf8 } from "node:buffer";
import { AppError } from "@layers/contracts";
import { type JsonLimits, scanJson } from "./json-scanner.ts";

/** The bounds of a JSON text unless said otherwise. */
export const jsonLimits: JsonLimits = { depth: 32, keys: 1000, stringLength: 8192 };

/**
 * Reads JSON strictly: UTF-8 without a byte order mark, no key twice in an object, no key that reaches
 * for a prototype, within `limits`. A number that is not written as an integer within ±(2^53-1)
 * becomes `Infinity`, so that a schema refuses it at its field instead of taking a rounded value.
 * @throws {AppError} BAD_REQUEST; neither it nor its cause holds any of the input
 */
export function parseJson(input: Buffer | string, limits: Partial<JsonLimits> = {}): unknown {
  const text = typeof input === "string" ? input : decodeUtf8(input);
  const scanned = scanJson(text, { ...jsonLimits, ...limits });
  try {
    return JSON.parse(scanned);
  } catch {
    throw new AppError("BAD_REQUEST");
  }
}

function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new AppError("BAD_REQUEST");
  return bytes.toString("utf8");
}
