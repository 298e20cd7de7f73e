import type { JobRow, JobScheduleRow, JobTurnRow } from "./job-rows.ts";
import type { Microseconds } from "./microseconds.ts";
import type { EnterprisePlanRow, EnterprisePlanTargetRow } from "./plan-rows.ts";
import type { MarkRow, MissedDeliveryRow, WebhookDeliveryRow } from "./webhook-rows.ts";

export type * from "./job-rows.ts";
export type * from "./microseconds.ts";
export type * from "./plan-rows.ts";
export type * from "./webhook-rows.ts";

/** A tenant: who owns API keys and bindings. */
export interface OrganizationRow {
  id: string;
  name: string;
  /** 1 when the install flow asks for consent; an operator may switch it off. */
  consentRequired: number;
  /** The kill switch: when set, no key of the organization is accepted. */
  suspendedAt: Microseconds | null;
  createdAt: Microseconds;
}

/** A portal user's place in an organization. */
export interface MemberRow {
  organizationId: string;
  /** The `sub` of the session token, a UUID. */
  userId: string;
  role: "owner" | "admin" | "member";
  createdAt: Microseconds;
}

/** What an API key may do. Its secrets are rows of their own, so that one may follow another. */
export interface ApiKeyRow {
  id: string;
  organizationId: string;
  name: string;
  /** JSON list of scopes. */
  scopes: string;
  /** JSON list of hosts, `*.host` patterns and loopback origins. */
  allowedReturnDomains: string;
  tier: string;
  createdAt: Microseconds;
  expiresAt: Microseconds | null;
  revokedAt: Microseconds | null;
  /** JSON of the most that its tokens may reach; null for no limit of the key's own. */
  tokenCeiling: string | null;
}

/** One secret of an API key; only its keyed digest is stored. */
export interface ApiKeySecretRow {
  /** The public part of the key's text, by which it is found. */
  keyId: string;
  apiKeyId: string;
  digest: Buffer;
  pepperVersion: number;
  lastFour: string;
  createdAt: Microseconds;
  /** Set when another secret replaces this one. */
  expiresAt: Microseconds | null;
}

/** When a key was last used. Apart from the key: written often, and lost without harm. */
export interface KeyUseRow {
  apiKeyId: string;
  lastUsedAt: Microseconds;
}

/** A run of the install flow. */
export interface AttemptRow {
  id: string;
  organizationId: string;
  /** Who started it: a key or a portal user, and null for the other. */
  apiKeyId: string | null;
  userId: string | null;
  returnUrl: string;
  /** SHA-256 of the state; the state itself is never stored. */
  stateHash: Buffer;
  /** The GitHub host that the run belongs to. */
  issuer: string;
  status: "created" | "redirected" | "requested" | "verified" | "bound" | "failed";
  reason: string | null;
  createdAt: Microseconds;
  expiresAt: Microseconds;
  /** The seal: what was proven, about whom, by whom, how and when. */
  installationId: number | null;
  accountId: number | null;
  accountLogin: string | null;
  githubUserId: number | null;
  proofKind: string | null;
  provenAt: Microseconds | null;
  /** JSON list of the pending request ids that the requester left at GitHub. */
  requestIds: string | null;
}

/** One trip of a browser to GitHub's authorization page and back. */
export interface OauthFlowRow {
  /** SHA-256 of the OAuth state. */
  stateHash: Buffer;
  /** What it is for: an attempt, or a portal user's link; null for the other. */
  attemptId: string | null;
  userId: string | null;
  /** SHA-256 of the secret in the browser's cookie. */
  cookieHash: Buffer;
  /** The PKCE verifier, encrypted. */
  verifier: Buffer;
  expiresAt: Microseconds;
  consumedAt: Microseconds | null;
}

/** A portal user's GitHub account, and the tokens that speak for it. */
export interface GitHubLinkRow {
  /** The `sub` of the session token, a UUID. */
  userId: string;
  /** Changes with each write, so that nobody writes over what he has not read. */
  version: string;
  host: string;
  appId: string;
  githubUserId: number;
  githubLogin: string;
  /** The tokens and when they expire, encrypted. */
  sealed: Buffer;
  linkedAt: Microseconds;
  /** Until when one caller alone may refresh the tokens. */
  leaseUntil: Microseconds;
  /** Set when GitHub no longer takes the tokens. */
  endedAt: Microseconds | null;
}

/** A consent page that waits for its click. */
export interface ConsentRow {
  /** SHA-256 of the one-time token in the form and in the cookie. */
  tokenHash: Buffer;
  attemptId: string;
  /** JSON list of the installations that this person has proven. */
  candidates: string;
  githubUserId: number;
  expiresAt: Microseconds;
  consumedAt: Microseconds | null;
}

/** An organization's use of an installation. */
export interface BindingRow {
  id: string;
  organizationId: string;
  attemptId: string;
  host: string;
  appId: string;
  installationId: number;
  accountId: number;
  accountLogin: string;
  accountType: "User" | "Organization";
  status: "active" | "suspended" | "uninstalled" | "detached";
  registeredAt: Microseconds;
  lastVerifiedAt: Microseconds;
  /** Set when the binding is over: detached, uninstalled or replaced. */
  endedAt: Microseconds | null;
  /** Set when the row is no longer shown: detached, or replaced by another binding. */
  hiddenAt: Microseconds | null;
  /** Grows each time that GitHub is asked and the answer written, so that no older answer follows. */
  version: number;
  /** Grows when what tokens may do has changed; only tokens of the same version are handed out. */
  grantVersion: number;
}

/** An installation token that was handed out or is used by us. */
export interface TokenRow {
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  bindingId: string;
  /** What the token is narrowed to; it serves whoever asks for exactly this. Empty when withheld. */
  scopeKey: string;
  /** The token and what GitHub said of it, encrypted. */
  sealed: Buffer;
  issuedAt: Microseconds;
  expiresAt: Microseconds;
  revokedAt: Microseconds | null;
  /** The binding's, when GitHub was asked for the token. */
  grantVersion: number;
}

/** An operator's word that an organization may manage an enterprise's organizations. */
export interface EnterpriseGrantRow {
  id: string;
  organizationId: string;
  host: string;
  /** GitHub's number of the enterprise, which stays when its slug changes. */
  enterpriseId: number;
  /** How GitHub called it when it was last asked, and which installation our App had there. */
  slug: string;
  installationId: number;
  /** JSON list of the Apps' client ids that it covers. */
  clientIds: string;
  createdAt: Microseconds;
  revokedAt: Microseconds | null;
}

/** One line of the audit log. Rows are only ever added. */
export interface AuditRow {
  id: string;
  at: Microseconds;
  organizationId: string;
  /** An API key's id, `user:<uuid>`, `github:<user id>`, `operator` or `service`. */
  actor: string;
  action: string;
  target: string;
  requestId: string | null;
  remoteAddress: string | null;
  /** JSON object; never holds a secret. */
  details: string;
  /** The line's place in its organization's chain, from 1. */
  sequence: number;
  /** See `chainHash`; null in lines that are older than the chain. */
  hash: Buffer | null;
}

/** The answer that a repeated Idempotency-Key gets again. */
export interface IdempotencyRow {
  /** Whose request: an API key's id or a portal user. */
  holder: string;
  operation: string;
  idempotencyKey: string;
  bodyHash: Buffer;
  status: number | null;
  /** The stored body, encrypted; null while the first request is still running. */
  body: Buffer | null;
  createdAt: Microseconds;
  expiresAt: Microseconds;
}

/** The tables. */
export interface Database {
  organizations: OrganizationRow;
  members: MemberRow;
  apiKeys: ApiKeyRow;
  apiKeySecrets: ApiKeySecretRow;
  apiKeyUses: KeyUseRow;
  attempts: AttemptRow;
  githubLinks: GitHubLinkRow;
  oauthFlows: OauthFlowRow;
  consents: ConsentRow;
  bindings: BindingRow;
  tokens: TokenRow;
  enterpriseGrants: EnterpriseGrantRow;
  auditLog: AuditRow;
  idempotentRequests: IdempotencyRow;
  jobs: JobRow;
  jobTurns: JobTurnRow;
  jobSchedules: JobScheduleRow;
  enterprisePlans: EnterprisePlanRow;
  enterprisePlanTargets: EnterprisePlanTargetRow;
  webhookDeliveries: WebhookDeliveryRow;
  missedDeliveries: MissedDeliveryRow;
  marks: MarkRow;
}
