import { createHash } from "node:crypto";
import type { Deps } from "../deps.ts";
import type { OAuthCode } from "../world/model.ts";
import { sameSecret } from "../world/secrets.ts";
import {
  type IssuedUserToken,
  refreshTokenLifetime,
  userTokenLifetime,
} from "../world/user-tokens.ts";
import type { World } from "../world/world.ts";
import { resolveCallback } from "./callback.ts";
import { type OAuthErrorCode, toOAuthError } from "./oauth-error.ts";

export interface TokenParams {
  client_id?: string | undefined;
  client_secret?: string | undefined;
  grant_type?: string | undefined;
  code?: string | undefined;
  code_verifier?: string | undefined;
  redirect_uri?: string | undefined;
  refresh_token?: string | undefined;
}

const present = ({ accessToken, refreshToken }: IssuedUserToken) => ({
  access_token: accessToken,
  expires_in: userTokenLifetime,
  refresh_token: refreshToken,
  refresh_token_expires_in: refreshTokenLifetime,
  token_type: "bearer",
  scope: "",
});

/** A verifier without a challenge is refused too: else the challenge could be stripped on its way. */
function verifierFits({ codeChallenge }: OAuthCode, verifier: string | undefined): boolean {
  if (codeChallenge === null) return verifier === undefined;
  if (verifier === undefined) return false;
  return sameSecret(createHash("sha256").update(verifier).digest("base64url"), codeChallenge);
}

/** Answers `POST /login/oauth/access_token`: a token, or one of GitHub's OAuth errors. */
export function createTokenExchange({ registration }: Deps, { authorizations, userTokens }: World) {
  function knowsClient({ client_id = "", client_secret = "" }: TokenParams): boolean {
    const { app } = registration;
    return client_id === app.clientId && sameSecret(client_secret, app.clientSecret);
  }

  function exchangeCode(params: TokenParams): IssuedUserToken | OAuthErrorCode {
    const { redirect_uri } = params;
    if (redirect_uri !== undefined && !resolveCallback(registration.app, redirect_uri))
      return "redirect_uri_mismatch";
    const code = authorizations.takeCode(params.code ?? "");
    if (!code || !verifierFits(code, params.code_verifier)) return "bad_verification_code";
    if (redirect_uri !== undefined && redirect_uri !== code.redirectUri)
      return "redirect_uri_mismatch";
    return userTokens.issue(code.userId);
  }

  function grant(params: TokenParams): IssuedUserToken | OAuthErrorCode {
    if (!knowsClient(params)) return "incorrect_client_credentials";
    if (params.grant_type === "refresh_token")
      return userTokens.refresh(params.refresh_token ?? "") ?? "bad_refresh_token";
    if (params.grant_type !== undefined && params.grant_type !== "authorization_code")
      return "unsupported_grant_type";
    return exchangeCode(params);
  }

  return (params: TokenParams) => {
    const result = grant(params);
    return typeof result === "string" ? toOAuthError(result) : present(result);
  };
}
