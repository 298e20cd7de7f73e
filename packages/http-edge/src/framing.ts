import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";
import { methods } from "./methods.ts";
import { isPlainPath, pathOf } from "./path.ts";
import { type Refusal, refusals } from "./refusal.ts";
import { headerValues } from "./request-headers.ts";

/** Bounds of a request's head, before any route sees it. */
export const headLimits = { urlLength: 8192, headerFields: 100 } as const;

/**
 * Why a request may not go on to the routes, going by its line and headers alone.
 * @param allowedHosts the only values of `Host` that are served, in lower case
 */
export function framingRefusal(
  req: IncomingMessage,
  allowedHosts: readonly string[],
): Refusal | undefined {
  if (req.rawHeaders.length > 2 * headLimits.headerFields) return refusals.headersTooLarge();
  if (!hasPlainFraming(req) || !hasAllowedHost(req, allowedHosts)) return refusals.malformed();
  if (headerValues(req, "authorization").length > 1) return new AppError("UNAUTHENTICATED");
  if (!methods.includes(req.method as string)) {
    return new AppError("METHOD_NOT_ALLOWED", { headers: { Allow: methods.join(", ") } });
  }
  if ((req.url as string).length > headLimits.urlLength) return refusals.uriTooLong();
  return isPlainPath(pathOf(req)) ? undefined : refusals.malformed();
}

// Node also takes HTTP/0.9, HTTP/2.0 as text, and codings before `chunked`.
function hasPlainFraming(req: IncomingMessage): boolean {
  if (req.httpVersion !== "1.1" && req.httpVersion !== "1.0") return false;
  const encodings = headerValues(req, "transfer-encoding");
  if (encodings.length === 0) return true;
  const isChunked = encodings.length === 1 && encodings[0]?.toLowerCase() === "chunked";
  return isChunked && req.httpVersion === "1.1";
}

function hasAllowedHost(req: IncomingMessage, allowedHosts: readonly string[]): boolean {
  const hosts = headerValues(req, "host");
  return hosts.length === 1 && allowedHosts.includes((hosts[0] as string).toLowerCase());
}
