import { type Access, AppError, hasScope, type Operation } from "@layers/contracts";
import type { Principal } from "./principal.ts";

/** Why an operation is not for this caller, if it is not: `FORBIDDEN_SCOPE` or `FORBIDDEN`. */
export function refusalOf(
  principal: Principal,
  { access }: Pick<Operation, "access">,
): AppError | undefined {
  const code = codeOf(principal, access);
  if (code === undefined) return undefined;
  const isOfAnotherKind =
    !access[principal.kind] || (principal.kind === "github" && code === "FORBIDDEN");
  const issues = [{ path: "Authorization", message: `Use ${describe(access)}.` }];
  return new AppError(code, isOfAnotherKind ? { issues } : {});
}

function codeOf(principal: Principal, access: Access) {
  switch (principal.kind) {
    case "partner":
      if (!access.partner) return "FORBIDDEN";
      return hasOneOf(access.partner, principal.scopes) ? undefined : "FORBIDDEN_SCOPE";
    case "portal":
      return access.portal?.includes(principal.role) ? undefined : "FORBIDDEN";
    case "github":
      return access.github?.includes(principal.credential) ? undefined : "FORBIDDEN";
  }
}

const hasOneOf = (anyOf: NonNullable<Access["partner"]>, granted: readonly string[]): boolean =>
  anyOf.length === 0 || anyOf.some((scope) => hasScope(granted, scope));

const credentials = {
  ghs: "an installation token (ghs_)",
  ghu: "a user token of this App (ghu_)",
  ghp: "a classic personal access token (ghp_)",
  github_pat: "a fine-grained personal access token (github_pat_)",
};

/** The credentials that work, for a person who came with another. */
function describe({ partner, portal, github = [] }: Access): string {
  const all = [
    partner && "an API key (lp_)",
    portal && "a portal session",
    ...github.map((kind) => credentials[kind]),
  ];
  return all.filter(Boolean).join(" or ");
}
