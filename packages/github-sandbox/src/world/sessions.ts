import type { Deps } from "../deps.ts";
import type { Account } from "./model.ts";
import { digestOf, randomText } from "./secrets.ts";

/** Browsers that somebody signed in with, known by the digest of their cookie. */
export function createSessions({ store, randomBytes }: Pick<Deps, "store" | "randomBytes">) {
  return {
    newId: () => randomText(randomBytes, 43),
    userId: (sessionId: string) => store.state.sessions.get(digestOf(sessionId)),
    signIn(sessionId: string, user: Account) {
      store.state.sessions.set(digestOf(sessionId), user.id);
      store.changed();
    },
    signOut(sessionId: string) {
      store.state.sessions.delete(digestOf(sessionId));
      store.changed();
    },
  };
}
