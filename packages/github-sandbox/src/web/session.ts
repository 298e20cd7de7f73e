import type { Request, Response } from "express";
import type { Account } from "../world/model.ts";
import { digestOf, sameSecret } from "../world/secrets.ts";
import type { World } from "../world/world.ts";

const sessionCookie = "github_sandbox_session";

const pattern = new RegExp(`(?:^|;\\s*)${sessionCookie}=([0-9A-Za-z]{43})(?:;|$)`);

export interface Session {
  id: string;
  user: Account | undefined;
  csrfToken: string;
}

export type SessionKeeper = ReturnType<typeof createSessionKeeper>;

function setCookie(res: Response, id: string) {
  res.cookie(sessionCookie, id, { httpOnly: true, sameSite: "lax", path: "/" });
}

/** Browser sessions: every visitor has one, so that the sign-in form is bound to a session too. */
export function createSessionKeeper({ accounts, sessions }: World) {
  function read(req: Request, res: Response): Session {
    const known = pattern.exec(req.get("cookie") ?? "")?.[1];
    const id = known ?? sessions.newId();
    if (!known) setCookie(res, id);
    const userId = sessions.userId(id);
    const user = userId === undefined ? undefined : accounts.byId(userId);
    return { id, user, csrfToken: digestOf(`authenticity_token ${id}`) };
  }

  /** A new id for a new person: whoever planted the old one learns nothing. */
  function signIn(res: Response, user: Account) {
    const id = sessions.newId();
    sessions.signIn(id, user);
    setCookie(res, id);
  }

  return { read, signIn, signOut: (session: Session) => sessions.signOut(session.id) };
}

export const isGenuine = ({ csrfToken }: Session, presented: string | undefined) =>
  sameSecret(presented ?? "", csrfToken);
