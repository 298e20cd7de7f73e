import type { IncomingMessage } from "node:http";
import { AppError, type CallHeaders, callHeaders } from "@layers/contracts";

/**
 * Every value of a header, in the order received. Node's `req.headers` keeps the first of some
 * repeated headers and joins others.
 * @param name in lower case
 */
export function headerValues(req: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  const { rawHeaders } = req;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const field = rawHeaders[i] as string;
    if (field.length === name.length && field.toLowerCase() === name) {
      values.push(rawHeaders[i + 1] as string);
    }
  }
  return values;
}

/**
 * The value of a header that may come once.
 * @param name in lower case
 * @throws {AppError} BAD_REQUEST when it comes twice
 */
export function headerOf(req: IncomingMessage, name: string): string | undefined {
  const values = headerValues(req, name);
  if (values.length > 1) throw new AppError("BAD_REQUEST");
  return values[0];
}

const wanted: ReadonlySet<string> = new Set(callHeaders);

/**
 * The headers that a call depends on, as received, one character per byte.
 * @throws {AppError} BAD_REQUEST when one comes twice; cookies are put together
 */
export function callHeadersOf(req: IncomingMessage): CallHeaders {
  const found: Record<string, string> = {};
  const { rawHeaders } = req;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    if (!wanted.has(name)) continue;
    const value = rawHeaders[i + 1] as string;
    const earlier = found[name];
    if (earlier !== undefined && name !== "cookie") throw new AppError("BAD_REQUEST");
    found[name] = earlier === undefined ? value : `${earlier}; ${value}`;
  }
  return found;
}
