import type { Deps } from "../deps.ts";
import { dropExpired } from "./expiry.ts";
import type { OAuthCode, SetupHandoff } from "./model.ts";
import { digestOf, randomText } from "./secrets.ts";
import type { UserTokens } from "./user-tokens.ts";

const codeLifetimeMs = 10 * 60 * 1000;

type AuthorizationDeps = Pick<Deps, "store" | "now" | "randomBytes" | "announce"> & {
  userTokens: UserTokens;
};

/** Who authorized the App, and the codes on their way to its callback URLs. */
export function createAuthorizations(deps: AuthorizationDeps) {
  const { store, now, randomBytes, announce, userTokens } = deps;
  const authorized = (userId: number) => store.state.authorizations.includes(userId);

  function authorize(userId: number) {
    if (authorized(userId)) return;
    store.state.authorizations.push(userId);
    store.changed();
  }

  function revoke(userId: number) {
    const was = authorized(userId);
    store.state.authorizations = store.state.authorizations.filter((id) => id !== userId);
    userTokens.revokeAllOf(userId);
    if (was) announce({ name: "github_app_authorization", action: "revoked", senderId: userId });
  }

  function issueCode(fields: Omit<OAuthCode, "expiresAt">): string {
    dropExpired(store.state.oauthCodes, now());
    const code = randomBytes(10).toString("hex");
    store.state.oauthCodes.set(digestOf(code), { ...fields, expiresAt: now() + codeLifetimeMs });
    store.changed();
    return code;
  }

  /** A code is spent by the first attempt to use it, whatever comes of it. */
  function takeCode(text: string): OAuthCode | undefined {
    const digest = digestOf(text);
    const code = store.state.oauthCodes.get(digest);
    store.state.oauthCodes.delete(digest);
    store.changed();
    return code && code.expiresAt > now() ? code : undefined;
  }

  function handOff(handoff: SetupHandoff): string {
    const key = randomText(randomBytes, 24);
    store.state.setupHandoffs.set(digestOf(key), handoff);
    store.changed();
    return key;
  }

  function takeHandoff(key: string, userId: number): SetupHandoff | undefined {
    const handoff = store.state.setupHandoffs.get(digestOf(key));
    if (handoff?.userId !== userId) return undefined;
    store.state.setupHandoffs.delete(digestOf(key));
    store.changed();
    return handoff;
  }

  return { authorized, authorize, revoke, issueCode, takeCode, handOff, takeHandoff };
}
