import type { IncomingMessage, ServerResponse } from "node:http";
import { pathOf } from "./path.ts";
import { headerValues } from "./request-headers.ts";
import { setCommonHeaders } from "./response-headers.ts";

/** Which pages of other origins may read which answers, with the person's cookies. */
export interface CorsOptions {
  /** As browsers send them, such as `https://portal.example.com`. */
  readonly origins: readonly string[];
  /** Whether the answers of this path may be read. */
  readonly isShared: (path: string) => boolean;
}

const preflight = {
  "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
  "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, X-Organization-Id",
  "Access-Control-Max-Age": "600",
};

const readable =
  "X-Request-Id, RateLimit-Policy, RateLimit, X-RateLimit-Endpoint-Class, Retry-After, Link, ETag, Layers-Status, Idempotent-Replayed";

/** Lets listed origins read shared answers. Returns true when it answered a preflight request. */
export function shareWithOrigins(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  { origins, isShared }: CorsOptions,
): boolean {
  if (!isShared(pathOf(req))) return false;
  res.setHeader("Vary", "Origin");
  const [origin = "", ...others] = headerValues(req, "origin");
  if (others.length > 0 || !origins.includes(origin)) return false;
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.setHeader("Access-Control-Allow-Credentials", "true");
  res.setHeader("Access-Control-Expose-Headers", readable);
  if (req.method !== "OPTIONS") return false;
  setCommonHeaders(res);
  for (const [name, value] of Object.entries(preflight)) res.setHeader(name, value);
  res.writeHead(204).end();
  return true;
}
