import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What we remember of a visitor. */
export interface Session {
  /** The state of the connection that he began last. It must come back with him. */
  state?: string;
}

// Ports of one host share their cookies: the name must be ours alone. With HTTPS, add `Secure` and the
// prefix `__Host-`.
const name = "sample_partner_session";
const pattern = new RegExp(`(?:^|; )${name}=([\\w-]+)`);

/** Sessions in memory, found by a cookie. */
export function createSessions() {
  const sessions = new Map<string, Session>();

  return function sessionOf(req: IncomingMessage, res: ServerResponse): Session {
    const [, known = ""] = pattern.exec(req.headers.cookie ?? "") ?? [];
    const found = sessions.get(known);
    if (found) return found;
    const id = randomBytes(32).toString("base64url");
    const session: Session = {};
    sessions.set(id, session);
    res.setHeader("Set-Cookie", `${name}=${id}; Path=/; HttpOnly; SameSite=Lax`);
    return session;
  };
}
