import { z } from "zod";

/** What an API key may be allowed to do. A key has none by default. */
export const Scope = z
  .enum([
    "github:admin",
    "github:token",
    "ingest:write",
    "jobs:read",
    "jobs:cancel",
    "enterprise:read",
    "enterprise:write",
    "org:admin",
  ])
  .meta({ id: "Scope" });
export type Scope = z.infer<typeof Scope>;

/** A scope as granted to a key: a scope's name, or `*` for every data scope. */
export const GrantedScope = z.union([Scope, z.literal("*")]).meta({ id: "GrantedScope" });
export type GrantedScope = z.infer<typeof GrantedScope>;

/** The scopes that `*` covers: every one but the organization's and the enterprise's. */
export const dataScopes: readonly Scope[] = Scope.options.filter(
  (scope) => scope !== "org:admin" && !scope.startsWith("enterprise:"),
);

/** Whether the granted scopes hold the wanted one. Names must be equal: no prefixes, no case folding. */
export function hasScope(granted: readonly string[], wanted: Scope): boolean {
  return granted.includes(wanted) || (granted.includes("*") && dataScopes.includes(wanted));
}

/** The token bucket that a call is charged to. */
export type Budget = "read" | "write" | "long-running";

/** Calls a minute in each bucket, by an API key's tier. */
export const tiers = {
  standard: { read: 120, write: 60, "long-running": 20 },
  pilot: { read: 1200, write: 600, "long-running": 60 },
  partner: { read: 6000, write: 3000, "long-running": 300 },
  unlimited: { read: Infinity, write: Infinity, "long-running": Infinity },
} as const satisfies Record<string, Record<Budget, number>>;

export const Tier = z.enum(Object.keys(tiers) as [keyof typeof tiers]).meta({ id: "Tier" });
export type Tier = z.infer<typeof Tier>;

/** What a portal user is in an organization. */
export const Role = z.enum(["owner", "admin", "member"]).meta({ id: "Role" });
export type Role = z.infer<typeof Role>;

/**
 * GitHub's own credentials, by their prefix: an installation token, a user token of an App, a classic
 * and a fine-grained personal access token.
 */
export type GitHubCredential = "ghs" | "ghu" | "ghp" | "github_pat";

/** Who may call an operation: every kind of caller that is named, on its condition. */
export interface Access {
  /** Partners with one of these scopes; an empty list takes any valid key. */
  readonly partner?: readonly Scope[];
  /** Portal users who have one of these roles in their organization. */
  readonly portal?: readonly Role[];
  /** Holders of one of these credentials, which is passed through to GitHub. */
  readonly github?: readonly GitHubCredential[];
}

/** A kind of caller. */
export type CallerKind = keyof Access;

/** A partner's API key that has one of the scopes; without any named, every valid key. */
export const partner = (...anyOf: Scope[]) => ({ partner: anyOf }) as const satisfies Access;

/** Every portal user of an organization. */
export const anyMember = { portal: Role.options } as const satisfies Access;

/** Portal users who run their organization: its owners and admins. */
export const manager = { portal: ["owner", "admin"] } as const satisfies Access;

/** Whoever holds one of these credentials of GitHub. */
export const holderOf = (...kinds: GitHubCredential[]) =>
  ({ github: kinds }) as const satisfies Access;
