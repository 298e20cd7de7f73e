import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";
import { headerValues } from "./request-headers.ts";

const json = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;

/**
 * Lets pass a body that is declared as plain JSON: exactly one `Content-Type: application/json`, with
 * `charset=utf-8` or none, and no `Content-Encoding`, not even `identity`.
 * @throws {AppError} UNSUPPORTED_MEDIA_TYPE
 */
export function requireJson(req: IncomingMessage): void {
  const types = headerValues(req, "content-type");
  const isJson = types.length === 1 && json.test(types[0] as string);
  if (!isJson || headerValues(req, "content-encoding").length > 0) {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE");
  }
}
