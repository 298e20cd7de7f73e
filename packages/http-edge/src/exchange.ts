import type { IncomingMessage, ServerResponse } from "node:http";

/** What the edge knows of a request from its start. */
export interface Exchange {
  /** `req_` + ULID. */
  readonly requestId: string;
  readonly remoteAddress: string;
}

const exchange = Symbol("exchange");

interface Known extends IncomingMessage {
  [exchange]?: Exchange;
}

/** Keeps what is known of a request with it. */
export function remember(req: IncomingMessage, known: Exchange): void {
  (req as Known)[exchange] = known;
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
