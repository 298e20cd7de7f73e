import type { IncomingMessage, ServerResponse } from "node:http";
import { headerValues } from "@layers/http-edge";
import { parseCookie, stringifySetCookie } from "cookie";

const lifeSeconds = 600;

/** Cookies of one short flow each. Their names end in the flow's id, so that tabs do not collide. */
export interface FlowCookies {
  set(res: ServerResponse, flowId: string, value: string): void;
  read(req: IncomingMessage, flowId: string): string | undefined;
  clear(res: ServerResponse, flowId: string): void;
}

/**
 * Makes cookies with the `__Host-` prefix: this host only, HTTPS only. On plain-HTTP loopback, where
 * browsers would refuse it, the prefix and `Secure` fall away.
 */
export function createFlowCookies(
  name: string,
  { sameSite, secure }: { readonly sameSite: "lax" | "strict"; readonly secure: boolean },
): FlowCookies {
  const nameOf = (flowId: string) => `${secure ? "__Host-" : ""}${name}-${flowId}`;
  const write = (res: ServerResponse, flowId: string, { value, maxAge }: Content) => {
    const attributes = { path: "/", httpOnly: true, sameSite, secure, maxAge };
    const cookie = stringifySetCookie({ name: nameOf(flowId), value, ...attributes });
    res.appendHeader("Set-Cookie", cookie);
  };
  return {
    set: (res, flowId, value) => write(res, flowId, { value, maxAge: lifeSeconds }),
    read: (req, flowId) => parseCookie(headerValues(req, "cookie").join("; "))[nameOf(flowId)],
    clear: (res, flowId) => write(res, flowId, { value: "", maxAge: 0 }),
  };
}

interface Content {
  readonly value: string;
  readonly maxAge: number;
}
