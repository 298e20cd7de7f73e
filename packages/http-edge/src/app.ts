import { AppError, toAppError } from "@layers/contracts";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import { framingRefusal } from "./framing.ts";
import { remoteAddressOf } from "./remote-address.ts";
import { createRequestIds, requestIdOf } from "./request-id.ts";
import { securityHeaders } from "./response-headers.ts";
import { sendError } from "./send.ts";

/** One request, for the log. The query is left out: it may hold what must not be kept. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** As sent, at most 1,024 characters. */
  readonly path: string;
  /** 499 when the connection closed before the answer was complete. */
  readonly status: number;
  readonly durationMs: number;
  readonly remoteAddress: string;
  /** As sent, at most 512 characters. */
  readonly userAgent?: string;
}

export interface EdgeOptions {
  /** The only values of `Host` that are served, in lower case, such as `api.example.com` or `127.0.0.1:4000`. */
  readonly allowedHosts: readonly string[] | (() => readonly string[]);
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Called once a request is over. Must not throw. */
  readonly onRequestEnd?: (line: RequestLine) => void;
  /** Called with what became an `INTERNAL`, after it was answered. Must not throw. */
  readonly onError?: (error: unknown, requestId: string) => void;
}

/**
 * An Express app that refuses ill-framed requests first and answers 404 and errors last. `mount` adds
 * the routes between.
 */
export function createEdgeApp(options: EdgeOptions, mount: (app: Express) => void): Express {
  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.disable("etag");
  app.disable("query parser");
  app.set("trust proxy", [...(options.trustedProxies ?? [])]);
  // Express' own last resort prints stacks in any other environment.
  app.set("env", "production");

  app.use(createGate(options));
  mount(app);
  app.use((req, res) => sendError(req, res, new AppError("NOT_FOUND")));
  // oxlint-disable-next-line max-params -- Express tells error handlers by their four parameters.
  app.use((thrown: unknown, req: Request, res: Response, _next: unknown) => {
    const error = toAppError(thrown);
    sendError(req, res, error);
    if (error.code === "INTERNAL") options.onError?.(error.cause ?? error, requestIdOf(res));
  });
  return app;
}

function createGate({ allowedHosts, onRequestEnd }: EdgeOptions): RequestHandler {
  const nextRequestId = createRequestIds();
  const hosts = typeof allowedHosts === "function" ? allowedHosts : () => allowedHosts;
  return (req, res, next) => {
    res.setHeader("X-Request-Id", nextRequestId());
    for (const [name, value] of securityHeaders) res.setHeader(name, value);
    if (onRequestEnd) reportEnd(req, res, onRequestEnd);

    const refusal = framingRefusal(req, hosts());
    if (refusal) {
      res.setHeader("Connection", "close");
      sendError(req, res, refusal);
    } else {
      next();
    }
  };
}

function reportEnd(req: Request, res: Response, report: (line: RequestLine) => void): void {
  const startedAt = performance.now();
  const remoteAddress = remoteAddressOf(req);
  res.on("close", () => {
    const userAgent = req.headers["user-agent"];
    report({
      requestId: requestIdOf(res),
      method: req.method,
      path: (req.originalUrl.split("?", 1)[0] as string).slice(0, 1024),
      status: res.writableFinished ? res.statusCode : 499,
      durationMs: performance.now() - startedAt,
      remoteAddress,
      ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 512) }),
    });
  });
}
