import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddr from "proxy-addr";

const mappedIPv4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** Finds out callers' addresses, believing the `X-Forwarded-For` of these proxies alone. */
export function createRemoteAddress(
  trustedProxies: readonly string[],
): (req: IncomingMessage) => string {
  const peer = (req: IncomingMessage) => req.socket.remoteAddress ?? "";
  if (trustedProxies.length === 0) return (req) => peer(req).replace(mappedIPv4, "");
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (req) => {
    const forwarded = proxyAddr(req, isTrusted);
    return (isIP(forwarded) ? forwarded : peer(req)).replace(mappedIPv4, "");
  };
}
