import type { ServerResponse } from "node:http";
import { requestIdOf } from "./exchange.ts";

/** The headers of every answer. A route that sends a page sets its own `Content-Security-Policy`. */
export const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ["Cache-Control", "no-store"],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Strict-Transport-Security", "max-age=63072000; includeSubDomains"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
];

/** The media type of every JSON answer. */
export const jsonType = "application/json; charset=utf-8";

const flat: readonly string[] = securityHeaders.flat();

/** The headers of an answer that `writeHead` sends at once: names and values in turns. */
export const commonHeaders = (res: ServerResponse): string[] => [
  ...flat,
  "X-Request-Id",
  requestIdOf(res),
];

/** Sets them on an answer whose writer may know nothing of them. */
export function setCommonHeaders(res: ServerResponse): void {
  for (const [name, value] of securityHeaders) res.setHeader(name, value);
  res.setHeader("X-Request-Id", requestIdOf(res));
}
