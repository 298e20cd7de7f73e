import type { IncomingMessage } from "node:http";
import type { JsonLimits } from "./json-scanner.ts";
import { requireJson } from "./media-type.ts";
import { parseJson } from "./parse-json.ts";
import { readBytes } from "./read-bytes.ts";

/** How much a body may hold. */
export interface ReadJsonOptions {
  /** 64 KiB by default. */
  readonly limitBytes?: number;
  readonly limits?: Partial<JsonLimits>;
}

/** What to read when a body may have this many bytes, and a text in it as many characters. */
export const toBodyOptions = (limitBytes: number | undefined): ReadJsonOptions =>
  limitBytes ? { limitBytes, limits: { stringLength: limitBytes } } : {};

/**
 * Reads a JSON body strictly: its declared type, its size, its bytes, then as `parseJson` does.
 * @throws {AppError} UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or BAD_REQUEST
 */
export async function readJson(
  req: IncomingMessage,
  { limitBytes = 65_536, limits }: ReadJsonOptions = {},
): Promise<unknown> {
  requireJson(req);
  return parseJson(await readBytes(req, { limitBytes }), limits);
}
