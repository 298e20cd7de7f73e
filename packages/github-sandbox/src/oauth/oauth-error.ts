const docs = "https://docs.github.com/apps/managing-oauth-apps";
const tokenErrors = `${docs}/troubleshooting-oauth-app-access-token-request-errors`;

/** GitHub's OAuth errors: the token endpoint sends them with status 200. */
const oauthErrors = {
  incorrect_client_credentials: {
    error_description: "The client_id and/or client_secret passed are incorrect.",
    error_uri: `${tokenErrors}/#incorrect-client-credentials`,
  },
  redirect_uri_mismatch: {
    error_description:
      "The redirect_uri MUST match the registered callback URL for this application.",
    error_uri: `${tokenErrors}/#redirect-uri-mismatch2`,
  },
  bad_verification_code: {
    error_description: "The code passed is incorrect or expired.",
    error_uri: `${tokenErrors}/#bad-verification-code`,
  },
  bad_refresh_token: {
    error_description: "The refresh token passed is incorrect or expired.",
    error_uri: "https://docs.github.com",
  },
  unsupported_grant_type: {
    error_description: "The grant type is not supported.",
    error_uri: "https://docs.github.com",
  },
  access_denied: {
    error_description: "The user has denied your application access.",
    error_uri: `${docs}/troubleshooting-authorization-request-errors/#access-denied`,
  },
  invalid_request: {
    error_description: "PKCE needs a code_challenge of 43 characters and the method S256.",
    error_uri: "https://docs.github.com",
  },
} as const;

export type OAuthErrorCode = keyof typeof oauthErrors;

export const toOAuthError = (error: OAuthErrorCode) => ({ error, ...oauthErrors[error] });
