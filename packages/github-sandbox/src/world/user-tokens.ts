import type { Deps } from "../deps.ts";
import { dropExpired } from "./expiry.ts";
import type { UserToken } from "./model.ts";
import { digestOf, randomText } from "./secrets.ts";

/** Seconds: 8 hours, and 6 months for the refresh token. */
export const userTokenLifetime = 28_800;
export const refreshTokenLifetime = 15_811_200;

export type UserTokens = ReturnType<typeof createUserTokens>;

/** A person's tokens for the App: `ghu_…` for 8 hours, `ghr_…` for 6 months. */
export interface IssuedUserToken {
  accessToken: string;
  refreshToken: string;
}

type TokenDeps = Pick<Deps, "store" | "now" | "randomBytes" | "registration">;

/** `ghu_…` with its `ghr_…`. Only their digests are kept. */
export function createUserTokens({ store, now, randomBytes, registration }: TokenDeps) {
  const isOurs = ({ appId }: { appId: number }) => appId === registration.app.id;

  function issue(userId: number, appId = registration.app.id): IssuedUserToken {
    const { state } = store;
    dropExpired(state.userTokens, now());
    dropExpired(state.refreshTokens, now());
    const accessToken = `ghu_${randomText(randomBytes, 36)}`;
    const refreshToken = `ghr_${randomText(randomBytes, 76)}`;
    const accessDigest = digestOf(accessToken);
    const refreshDigest = digestOf(refreshToken);
    const expiresAt = now() + userTokenLifetime * 1000;
    state.userTokens.set(accessDigest, { userId, appId, expiresAt, refreshDigest });
    state.refreshTokens.set(refreshDigest, {
      userId,
      appId,
      expiresAt: now() + refreshTokenLifetime * 1000,
      accessDigest,
    });
    store.changed();
    return { accessToken, refreshToken };
  }

  /** Whichever App it was given to. */
  function find(text: string): UserToken | undefined {
    const token = store.state.userTokens.get(digestOf(text));
    return token && token.expiresAt > now() ? token : undefined;
  }

  /** A refresh ends the refresh token and the access token that came with it. */
  function refresh(text: string): IssuedUserToken | undefined {
    const { state } = store;
    const digest = digestOf(text);
    const token = state.refreshTokens.get(digest);
    if (!token || !isOurs(token) || token.expiresAt <= now()) return undefined;
    state.refreshTokens.delete(digest);
    state.userTokens.delete(token.accessDigest);
    return issue(token.userId);
  }

  /** Its refresh token ends with it. */
  function revoke(text: string) {
    const { state } = store;
    const digest = digestOf(text);
    state.refreshTokens.delete(state.userTokens.get(digest)?.refreshDigest ?? "");
    state.userTokens.delete(digest);
    store.changed();
  }

  function revokeAllOf(userId: number) {
    const { state } = store;
    for (const tokens of [state.userTokens, state.refreshTokens])
      for (const [digest, token] of tokens)
        if (token.userId === userId && isOurs(token)) tokens.delete(digest);
    store.changed();
  }

  return { issue, find, isOurs, refresh, revoke, revokeAllOf };
}
