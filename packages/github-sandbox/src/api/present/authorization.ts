import { toTimestamp } from "../../deps.ts";
import type { Account, UserToken } from "../../world/model.ts";
import { digestOf } from "../../world/secrets.ts";
import { userTokenLifetime } from "../../world/user-tokens.ts";
import type { Api } from "../endpoint.ts";
import { presentSimpleUser } from "./account.ts";

/** `authorization`: what the App may know of a token that a person gave it. */
export function presentAuthorization(
  { registration: { app }, urls }: Api,
  { text, token, user }: { text: string; token: UserToken; user: Account },
) {
  const createdAt = toTimestamp(token.expiresAt - userTokenLifetime * 1000);
  return {
    id: user.id,
    url: `${urls().api}/authorizations/${user.id}`,
    app: { name: app.name, url: app.externalUrl, client_id: app.clientId },
    token: text,
    hashed_token: digestOf(text),
    token_last_eight: text.slice(-8),
    note: null,
    note_url: null,
    created_at: createdAt,
    updated_at: createdAt,
    scopes: [],
    fingerprint: null,
    expires_at: toTimestamp(token.expiresAt),
    user: presentSimpleUser(user, urls()),
  };
}
