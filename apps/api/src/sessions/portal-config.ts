/** Who signs the sessions of portal users: with a shared secret, or with keys that it publishes. */
export type IssuerConfig = { readonly issuer: string } & (
  | { readonly secret: string }
  | { readonly jwksUrl: string }
);

/** The portal whose users may call. */
export interface PortalConfig {
  readonly issuers: readonly IssuerConfig[];
  /** The cookie that holds a session on the portal's own pages. */
  readonly cookieName: string;
  /** Where the portal's pages are, the first of them its home; such as `https://portal.example.com`. */
  readonly origins: readonly string[];
}

/** What origins are in a list of allowed return domains. */
export const toReturnDomains = (origins: readonly string[]): string[] =>
  origins.map((origin) => (origin.startsWith("https:") ? new URL(origin).host : origin));
