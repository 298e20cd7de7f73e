import { type GitHubCredential, type GrantedScope, hasScope, Role, Scope } from "@layers/contracts";
import { operationOf } from "../transports.ts";

/** Nobody, a key with scopes, a portal user with a role, or a credential of GitHub. */
export interface Principal {
  readonly label: string;
  readonly scopes?: GrantedScope[];
  readonly role?: Role;
  readonly credential?: GitHubCredential;
}

export const githubCredentials = ["ghs", "ghu", "ghp", "github_pat"] as const;

export const principals: readonly Principal[] = [
  { label: "no key" },
  { label: "no scope", scopes: [] },
  ...Scope.options.map((scope) => ({ label: scope, scopes: [scope] })),
  { label: "`*`", scopes: ["*"] },
  ...Role.options.map((role) => ({ label: `portal ${role}`, role })),
  ...githubCredentials.map((credential) => ({ label: `\`${credential}_\``, credential })),
];

/** What the contract says to a principal: the code of its refusal, or `yes`. */
export function expectedDecision(name: string, { scopes, role, credential }: Principal): string {
  const { access, githubDocs } = operationOf(name);
  if (credential) {
    if (!githubDocs) return "UNAUTHENTICATED";
    return access.github?.includes(credential) ? "yes" : "FORBIDDEN";
  }
  if (role) {
    if (!access.portal) return githubDocs ? "FORBIDDEN" : "UNAUTHENTICATED";
    return access.portal.includes(role) ? "yes" : "FORBIDDEN";
  }
  if (!scopes) return "UNAUTHENTICATED";
  if (!access.partner) return "FORBIDDEN";
  const allowed =
    access.partner.length === 0 || access.partner.some((scope) => hasScope(scopes, scope));
  return allowed ? "yes" : "FORBIDDEN_SCOPE";
}
