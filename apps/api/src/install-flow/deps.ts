import type { KeyEnv } from "@layers/contracts";
import type { Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { GitHub } from "../github/github.ts";

export interface InstallFlowDeps {
  readonly store: Store;
  readonly github: GitHub;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly keyEnv: KeyEnv;
  /** Where attempts that portal users started may return to. */
  readonly portalDomains: readonly string[];
  /** Where our own pages are, without a slash at the end. */
  readonly publicUrl: string;
}

/** The callback URL of the App's OAuth leg, as registered with GitHub. */
export const oauthRedirectUri = ({ publicUrl }: Pick<InstallFlowDeps, "publicUrl">): string =>
  `${publicUrl}/github/app/oauth`;
