import type { IncomingMessage, ServerResponse } from "node:http";
import { discardBody } from "./read-bytes.ts";
import type { Refusal } from "./refusal.ts";
import { jsonType } from "./response-headers.ts";
import { toTrpcErrorShape } from "./trpc.ts";

/** What to send; an `Outcome` of an operation is one. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Any JSON value; nothing is sent for `undefined`, as a 204 needs it. */
  readonly body?: unknown;
}

/** Sends an answer as one string with its length. */
export function sendJson(res: ServerResponse, answer: Answer): void {
  res.statusCode = answer.status;
  for (const name in answer.headers) res.setHeader(name, answer.headers[name] as string);
  if (answer.body === undefined) {
    res.end();
    return;
  }
  const text = JSON.stringify(answer.body);
  res.setHeader("Content-Type", jsonType);
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
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
