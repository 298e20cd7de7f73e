import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { AppError, toAppError } from "@layers/contracts";
import express, { type Express, type Request, type Response } from "express";
import { type CorsOptions, shareWithOrigins } from "./cors.ts";
import { remember, remoteAddressOf, requestIdOf, routeNameOf } from "./exchange.ts";
import { framingRefusal } from "./framing.ts";
import { pathOf } from "./path.ts";
import { createRemoteAddress } from "./remote-address.ts";
import { createRequestIds } from "./request-id.ts";
import { setCommonHeaders } from "./response-headers.ts";
import { createFindRoute, type Route, routeByExpress } from "./routes.ts";
import { sendError } from "./send.ts";

/** One request, for the log. The query is left out: it may hold what must not be kept. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** As sent, at most 1,024 characters. */
  readonly path: string;
  /** By what the request was served, such as `github.createToken`, whatever its path; none when by nothing. */
  readonly route?: string;
  /** How the route was reached, such as `rest`. */
  readonly transport?: string;
  /** 499 when the connection closed before the answer was complete. */
  readonly status: number;
  readonly durationMs: number;
  readonly remoteAddress: string;
  /** As sent, at most 512 characters. */
  readonly userAgent?: string;
}

/** A request whose URL holds what looks like an API key. */
export interface KeySighting {
  /** As sent. Not to be kept: it holds the key. */
  readonly url: string;
  readonly requestId: string;
  readonly remoteAddress: string;
}

export interface EdgeOptions {
  /** The only values of `Host` that are served, in lower case, such as `api.example.com` or `127.0.0.1:4000`. */
  readonly allowedHosts: readonly string[] | (() => readonly string[]);
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Answers that pages of other origins may read; none by default. */
  readonly cors?: CorsOptions | undefined;
  /** What is served without Express, before `mount`'s routes. */
  readonly routes?: readonly Route[];
  /** Called once a request is over. Must not throw. */
  readonly onRequestEnd?: (line: RequestLine) => void;
  /** Called once a request with a key in its URL is over. Must not throw. */
  readonly onKeyInUrl?: (sighting: KeySighting) => void;
  /** Called with what became an `INTERNAL`, after it was answered. Must not throw. */
  readonly onError?: (error: unknown, requestId: string) => void;
}

/** Answers an error; what is not the caller's fault is reported too. */
type Fail = (req: IncomingMessage, res: ServerResponse, thrown: unknown) => void;

/**
 * An app that refuses ill-framed requests first and answers 404 and errors last. Between them are its
 * own `routes`, then those that `mount` gives to Express.
 */
export function createEdgeApp(
  options: EdgeOptions,
  mount: (app: Express) => void = () => {},
): RequestListener {
  const { routes = [], onError, cors } = options;
  const fail: Fail = (req, res, thrown) => {
    const error = toAppError(thrown);
    sendError(req, res, error);
    if (error.code === "INTERNAL") onError?.(error.cause ?? error, requestIdOf(res));
  };
  const enter = createGate(options);
  const findRoute = createFindRoute(routes);
  const app = createExpress(fail, (routing) => {
    routeByExpress(routing, routes);
    mount(routing);
  });

  return (req, res) => {
    if (!enter(req, res) || (cors && shareWithOrigins({ req, res }, cors))) return;
    try {
      const route = findRoute(pathOf(req), req.method as string);
      if (route) {
        const parameters = {};
        route.handle({ req, res, parameters }).catch((thrown: unknown) => fail(req, res, thrown));
      } else {
        setCommonHeaders(res);
        app(req, res);
      }
    } catch (thrown) {
      fail(req, res, thrown);
    }
  };
}

function createExpress(fail: Fail, mount: (app: Express) => void): Express {
  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.disable("etag");
  app.disable("query parser");
  // Express' own last resort prints stacks in any other environment.
  app.set("env", "production");

  mount(app);
  app.use((req, res) => sendError(req, res, new AppError("NOT_FOUND")));
  // oxlint-disable-next-line max-params -- Express tells error handlers by their four parameters.
  app.use((thrown: unknown, req: Request, res: Response, _next: unknown) => fail(req, res, thrown));
  return app;
}

/** Returns false when it refused the request. */
function createGate({ allowedHosts, trustedProxies = [], ...listeners }: EdgeOptions) {
  const nextRequestId = createRequestIds();
  const remoteAddress = createRemoteAddress(trustedProxies);
  const hosts = typeof allowedHosts === "function" ? allowedHosts : () => allowedHosts;
  return (req: IncomingMessage, res: ServerResponse): boolean => {
    remember(req, { requestId: nextRequestId(), remoteAddress: remoteAddress(req) });
    if (listeners.onRequestEnd) reportEnd(req, res, listeners.onRequestEnd);
    if (listeners.onKeyInUrl) reportKey(req, res, listeners.onKeyInUrl);

    const refusal = framingRefusal(req, hosts());
    if (!refusal) return true;
    res.setHeader("Connection", "close");
    sendError(req, res, refusal);
    return false;
  };
}

const keyPrefix = /lp_(?:live|test)_/;

function reportKey(
  req: IncomingMessage,
  res: ServerResponse,
  report: (sighting: KeySighting) => void,
): void {
  const url = req.url as string;
  if (!keyPrefix.test(url)) return;
  const sighting = { url, requestId: requestIdOf(res), remoteAddress: remoteAddressOf(req) };
  res.on("close", () => report(sighting));
}

function reportEnd(
  req: IncomingMessage,
  res: ServerResponse,
  report: (line: RequestLine) => void,
): void {
  const startedAt = performance.now();
  const path = pathOf(req).slice(0, 1024);
  res.on("close", () => {
    const userAgent = req.headers["user-agent"];
    report({
      requestId: requestIdOf(res),
      method: req.method as string,
      path,
      ...routeNameOf(req),
      status: res.writableFinished ? res.statusCode : 499,
      durationMs: performance.now() - startedAt,
      remoteAddress: remoteAddressOf(req),
      ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 512) }),
    });
  });
}
