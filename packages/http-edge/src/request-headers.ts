import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";

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

/**
 * The `Authorization` header as received, one character per byte.
 * @throws {AppError} UNAUTHENTICATED when it comes twice
 */
export function authorizationOf(req: IncomingMessage): string | undefined {
  const values = headerValues(req, "authorization");
  if (values.length > 1) throw new AppError("UNAUTHENTICATED");
  return values[0];
}
