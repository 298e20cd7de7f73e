import type { IncomingMessage, ServerResponse } from "node:http";
import { discardBody } from "./read-bytes.ts";
import type { Refusal } from "./refusal.ts";
import { commonHeaders, jsonType } from "./response-headers.ts";
import { toTrpcErrorShape } from "./trpc.ts";

/** What to send; an `Outcome` of an operation is one. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Any JSON value; nothing is sent for `undefined`, as a 204 needs it. */
  readonly body?: unknown;
}

/** Sends an answer as one string with its length. */
export function sendJson(res: ServerResponse, { status, headers, body }: Answer): void {
  const fields = commonHeaders(res);
  for (const name in headers) fields.push(name, headers[name] as string);
  if (body === undefined) {
    res.writeHead(status, fields).end();
    return;
  }
  const text = JSON.stringify(body);
  fields.push("Content-Type", jsonType, "Content-Length", String(Buffer.byteLength(text)));
  res.writeHead(status, fields).end(text);
}

/**
 * Sends an error's envelope and headers; under `/trpc` in tRPC's shape. When an answer has begun
 * already it is cut off instead.
 */
export function sendError(
  req: IncomingMessage & { readonly originalUrl?: string },
  res: ServerResponse,
  error: Refusal,
): void {
  if (res.headersSent) {
    req.socket.destroy();
    return;
  }
  discardBody(req);
  const isTrpc = /^\/trpc(?:[/?]|$)/.test(req.originalUrl ?? (req.url as string));
  const body = isTrpc ? { error: toTrpcErrorShape(error) } : error.envelope;
  sendJson(res, { status: error.status, headers: error.headers, body });
}
