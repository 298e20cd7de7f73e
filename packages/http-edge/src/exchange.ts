import type { IncomingMessage, ServerResponse } from "node:http";

/** What the edge knows of a request from its start. */
export interface Exchange {
  /** `req_` + ULID. */
  readonly requestId: string;
  readonly remoteAddress: string;
}

/** One of the few routes that an app has, however many paths lead to it. */
export interface RouteName {
  /** Such as `rest`. */
  readonly transport: string;
  /** Such as `github.createToken`. Never made of what a caller sent. */
  readonly route: string;
}

const exchange = Symbol("exchange");
const routeName = Symbol("routeName");

interface Known extends IncomingMessage {
  [exchange]?: Exchange;
  [routeName]?: RouteName;
}

/** Keeps what is known of a request with it. */
export function remember(req: IncomingMessage, known: Exchange): void {
  (req as Known)[exchange] = known;
}

/** Names the route of a request, for the log and for metrics. */
export function nameRoute(req: IncomingMessage, name: RouteName): void {
  (req as Known)[routeName] = name;
}

/** What `nameRoute` said of a request, or the path of its route as Express knows it. */
export function routeNameOf(
  req: IncomingMessage & { readonly route?: { readonly path?: unknown } },
): RouteName | undefined {
  const named = (req as Known)[routeName];
  if (named) return named;
  const path = req.route?.path;
  return typeof path === "string" ? { transport: "http", route: path } : undefined;
}

// Safe: the gate remembers before anything else runs.
const exchangeOf = (req: IncomingMessage) => (req as Known)[exchange] as Exchange;

/** The id of the request that `res` answers, as sent in `X-Request-Id`. */
export function requestIdOf(res: ServerResponse): string {
  return exchangeOf(res.req).requestId;
}

/**
 * The caller's address: the peer, or behind the app's `trustedProxies` the right-most address of
 * `X-Forwarded-For` that is not one of theirs. IPv4 is never written as IPv6.
 */
export function remoteAddressOf(req: IncomingMessage): string {
  return exchangeOf(req).remoteAddress;
}
