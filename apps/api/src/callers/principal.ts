import type { GitHubCredential, GrantedScope, Role, Tier } from "@layers/contracts";
import type { TokenCeiling } from "../tokens/token-ceiling.ts";

/** What every caller has: whose budget is charged, and how large it is. */
interface Caller {
  /** Names the credential's owner in budgets and idempotency; never a secret. */
  readonly holder: string;
  readonly tier: Tier;
}

/** Who acts for one organization. */
interface Tenant extends Caller {
  readonly organizationId: string;
  readonly organizationName: string;
  /** Where the organization's installers may be sent back to. */
  readonly allowedReturnDomains: readonly string[];
  /** How the audit log names the caller. */
  readonly actor: string;
}

/** A partner, by an API key. */
export interface Partner extends Tenant {
  readonly kind: "partner";
  readonly apiKeyId: string;
  readonly scopes: readonly GrantedScope[];
  /** The most that the tokens may reach that it asks for; no limit of its own if undefined. */
  readonly tokenCeiling: TokenCeiling | undefined;
}

/** A session of the portal, and how the call showed it. */
interface Session {
  /** A browser sends a cookie along whichever page makes it call. */
  readonly presentedAs: "bearer" | "cookie";
}

/** A person who is signed in to the portal, as a member of one organization. */
export interface PortalUser extends Tenant, Session {
  readonly kind: "portal";
  readonly userId: string;
  readonly role: Role;
}

/** A person who is signed in to the portal, for whom no organization can be found. */
export interface Stranger extends Caller, Session {
  readonly kind: "stranger";
  /** Whether he belongs to several and named none. */
  readonly mustChoose: boolean;
}

/** Whoever holds a credential of GitHub, which is passed through and never kept. */
export interface GitHubHolder extends Caller {
  readonly kind: "github";
  readonly credential: GitHubCredential;
  readonly token: string;
}

/** The callers by their kinds. */
export interface Principals {
  readonly partner: Partner;
  readonly portal: PortalUser;
  readonly github: GitHubHolder;
}

/** On whose behalf a call is made. */
export type Principal = Principals[keyof Principals];

/** Who calls, before it is known that he may. */
export type Identity = Principal | Stranger;
