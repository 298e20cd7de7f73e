import { isIP } from "node:net";
import type { Request } from "express";

const mappedIPv4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/**
 * The caller's address: the peer, or behind the app's `trustedProxies` the right-most address of
 * `X-Forwarded-For` that is not one of theirs. IPv4 is never written as IPv6.
 */
export function remoteAddressOf(req: Request): string {
  const forwarded = req.ip ?? "";
  const address = isIP(forwarded) ? forwarded : (req.socket.remoteAddress ?? "");
  return address.replace(mappedIPv4, "");
}
