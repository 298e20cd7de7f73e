import type { Edition } from "./edition.ts";

/** Which GitHub, and which App there. Fixed for a deployment, never taken from a request. */
export interface GitHubConfig {
  /** Such as `https://api.github.com`, or `https://HOST/api/v3` of an enterprise server. */
  readonly apiUrl: string;
  /** Such as `https://github.com`. */
  readonly webUrl: string;
  readonly edition: Edition;
  readonly appId: string;
  readonly appSlug: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** In PEM. While the App's key is rotated there are two, and GitHub may take either alone. */
  readonly privateKeys: readonly string[];
}
