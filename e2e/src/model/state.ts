import { type ErrorCode, errorCatalog } from "@layers/contracts";

/** What the model remembers. Times are epoch milliseconds. */
export interface ModelOrganization {
  readonly id: string;
  key: { readonly apiKeyId: string; readonly text: string };
  suspended: boolean;
}

/** GitHub's truth about an installation. */
export interface ModelInstallation {
  readonly id: number;
  readonly account: Account;
  exists: boolean;
  suspended: boolean;
}

export interface ModelAttempt {
  readonly organization: ModelOrganization;
  readonly apiKeyId: string;
  readonly state: string;
  readonly createdAt: number;
  expiresAt: number;
  status: "created" | "redirected" | "verified" | "bound" | "failed";
  reason: "access_denied" | "not_admin" | "not_proven" | undefined;
  installationId: number | undefined;
}

export interface ModelBinding {
  readonly organization: ModelOrganization;
  readonly installation: ModelInstallation;
  readonly registeredAt: number;
  lastVerifiedAt: number;
  status: "active" | "suspended" | "uninstalled" | "detached";
  /** No longer shown: detached, or followed by another. */
  hidden: boolean;
}

export interface ModelToken {
  readonly binding: ModelBinding;
  readonly scope: Scope;
  readonly expiresAt: number;
  /** Unknown until it is handed out: the health check mints one for itself. */
  text: string | undefined;
  /** It is not handed out any more, since its revocation has begun. */
  withheld: boolean;
  /** Our side of the revocation is done. */
  revoked: boolean;
  /** GitHub does not take it any more. */
  dead: boolean;
  /**
   * It was to be revoked and was not: GitHub refuses while the installation is suspended, and what has
   * expired by our clock is left alone.
   */
  escaped: boolean;
}

export const accounts = ["acme-coffee", "globex", "octocat"] as const;
export type Account = (typeof accounts)[number];
export const people = ["octo-admin", "octo-member", "globex-admin", "octocat"] as const;
export type Person = (typeof people)[number];

/** Who may prove an account; anybody else is a stranger to it. */
export const adminOf: Record<Account, Person> = {
  "acme-coffee": "octo-admin",
  globex: "globex-admin",
  octocat: "octocat",
};
export const memberOf: Partial<Record<Person, Account>> = { "octo-member": "acme-coffee" };

/** What a token may be narrowed to, and one wish that goes beyond the grant. */
export const scopes = {
  all: {},
  contents: { permissions: { contents: "read" } },
  beyond: { permissions: { administration: "write" } },
} as const;
export type Scope = keyof typeof scopes;

/** What the model says an operation answers. */
export interface Expected {
  readonly status: number;
  readonly code?: ErrorCode;
  readonly body?: unknown;
}

export const refused = (code: ErrorCode): Expected => ({ status: errorCatalog[code].status, code });

const minutes = (count: number): number => count * 60_000;
export const life = {
  attempt: minutes(15),
  /** Between the callback and the proof. */
  pages: minutes(20),
  longestAttempt: minutes(45),
  proof: minutes(15),
  token: minutes(60),
  /** A token that lives shorter is not handed out. */
  usable: minutes(5),
} as const;
