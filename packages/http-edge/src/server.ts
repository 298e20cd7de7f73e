import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ClientError, clientErrorRefusal, refuseConnection } from "./client-error.ts";
import { createRequestIds } from "./request-id.ts";

/** Bounds of connections; times in milliseconds. */
export interface ServerLimits {
  readonly maxHeaderBytes: number;
  readonly headersTimeoutMs: number;
  /** For a whole request, its body included. */
  readonly requestTimeoutMs: number;
  /** Between two requests. Behind a proxy, longer than the proxy's own. */
  readonly keepAliveTimeoutMs: number;
  /** Without a byte in either direction: a caller who does not read, or a handler that hangs. */
  readonly idleTimeoutMs: number;
  readonly maxRequestsPerSocket: number;
  readonly maxConnections: number;
  /** How often the first two timeouts are looked at. */
  readonly checkIntervalMs: number;
}

export const serverLimits: ServerLimits = {
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 5_000,
  idleTimeoutMs: 15_000,
  maxRequestsPerSocket: 1_000,
  maxConnections: 10_000,
  checkIntervalMs: 2_000,
};

export interface HttpServerOptions {
  /** What differs from `serverLimits`. */
  readonly limits?: Partial<ServerLimits>;
}

/** A server that knows which answers it still owes. */
export type HttpServer = Server & { readonly inFlight: ReadonlySet<ServerResponse> };

/** A `node:http` server with bounds, which answers unreadable requests as the app answers others. */
export function createHttpServer(
  app: RequestListener,
  options: HttpServerOptions = {},
): HttpServer {
  const limits = { ...serverLimits, ...options.limits };
  const inFlight = new Set<ServerResponse>();
  const server = createServer({
    insecureHTTPParser: false,
    // The app refuses a missing Host itself: Node's answer would lack our headers.
    requireHostHeader: false,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
  });
  server.timeout = limits.idleTimeoutMs;
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket;
  server.maxConnections = limits.maxConnections;
  // Node drops the header fields above this count silently; the app counts them instead.
  server.maxHeadersCount = 0;

  server.on("request", (_req, res) => {
    inFlight.add(res);
    res.on("close", () => inFlight.delete(res));
  });
  server.on("request", app);
  // An unknown expectation may be ignored (RFC 9110, 10.1.1); Node would answer 417 without the app.
  server.on("checkExpectation", (req, res) => server.emit("request", req, res));
  server.on("clientError", createClientErrorListener(inFlight));
  return Object.assign(server, { inFlight });
}

function createClientErrorListener(inFlight: ReadonlySet<ServerResponse>) {
  const nextRequestId = createRequestIds();
  return (error: ClientError, socket: Socket) => {
    if (error.code === "ECONNRESET" || socket.destroyed) {
      socket.destroy();
      return;
    }
    if (socket.writableEnded) return;
    const owed = [...inFlight].filter((res) => res.req.socket === socket);
    // A second answer, or one in the place of an earlier request's, would mislead a proxy.
    if (owed.some((res) => res.headersSent || res.req.complete)) socket.destroySoon();
    else refuseConnection(socket, clientErrorRefusal(error), nextRequestId());
  };
}
