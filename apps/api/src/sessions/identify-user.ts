import { hash } from "node:crypto";
import { AppError } from "@layers/contracts";
import type { MembershipRecord, Store } from "@layers/storage";
import { LRUCache } from "lru-cache";
import type { Identification } from "../callers/authenticate.ts";
import { type Clock, seconds } from "../clock.ts";
import type { FailureLimiter } from "../keys/failure-limiter.ts";
import type { Log } from "../log.ts";
import type { PortalConfig } from "./portal-config.ts";
import { readTokenText } from "./read-token-text.ts";
import { readSessionToken, type SessionToken } from "./session-token.ts";
import { createVerifySession } from "./verify-session.ts";

export interface SessionsDeps {
  readonly store: Pick<Store, "members">;
  readonly clock: Clock;
  readonly failures: FailureLimiter;
  readonly log: Pick<Log, "warn">;
}

/** Whoever is signed in to the portal. */
export interface SessionUser extends Pick<SessionToken, "presentedAs"> {
  /** The `sub` of the token, a UUID in lower case. */
  readonly userId: string;
  /** In the organizations that are not suspended. */
  readonly memberships: readonly MembershipRecord[];
}

/** Finds out whose session it is. Rejects with one `UNAUTHENTICATED` for everything that is wrong. */
export type IdentifyUser = (call: Identification) => Promise<SessionUser>;

interface Verified {
  readonly userId: string;
  /** Epoch microseconds. */
  readonly until: number;
}

/** How long a token is not verified again. */
const rememberedMicroseconds = seconds(30);

/** Who is signed in, the token says; to what he belongs, our database, at every call. */
export function createIdentifyUser(
  { issuers, cookieName }: Pick<PortalConfig, "issuers" | "cookieName">,
  deps: SessionsDeps,
): IdentifyUser {
  const { store, clock, failures } = deps;
  const verifySession = createVerifySession(issuers, deps);
  // By the digest: the tokens themselves are not kept.
  const known = new LRUCache<string, Verified>({ max: 10_000 });

  async function verify(text: string, remoteAddress: string): Promise<Verified> {
    const claimed = readTokenText(text);
    const name = claimed && `user ${claimed.userId}`;
    failures.requireRoom(remoteAddress, name);
    try {
      if (!claimed || !name) throw new AppError("UNAUTHENTICATED");
      const expiresAt = await verifySession(text, claimed);
      failures.trust(name);
      const until = Math.min(expiresAt, clock() + rememberedMicroseconds);
      return { userId: claimed.userId, until };
    } catch (error) {
      if (error instanceof AppError && error.code === "UNAUTHENTICATED")
        failures.count(remoteAddress);
      throw error;
    }
  }

  return async ({ headers, remoteAddress }) => {
    const { text, presentedAs } = readSessionToken(headers, cookieName);
    const digest = hash("sha256", text);
    const recalled = known.get(digest);
    const isLive = recalled && recalled.until > clock();
    const verified = isLive ? recalled : await verify(text, remoteAddress);
    if (!isLive) known.set(digest, verified);
    const { userId } = verified;
    const memberships = await store.members.listOfUser(userId);
    return {
      userId,
      presentedAs,
      memberships: memberships.filter(({ organizationSuspendedAt }) => !organizationSuspendedAt),
    };
  };
}
