import {
  type Access,
  AppError,
  type CallHeaders,
  hasScope,
  type Operation,
  refusalOfInput,
} from "@layers/contracts";
import { isFromOwnPages } from "./own-pages.ts";
import type { Identity, Principal, Stranger } from "./principal.ts";

/** A caller who may call, or why he may not: `FORBIDDEN_SCOPE`, `FORBIDDEN` or a missing header. */
export type Authorize = (
  identity: Identity,
  operation: Operation,
  headers: CallHeaders,
) => Principal | AppError;

/** @param portalOrigins whose pages may write with the cookie that browsers send along */
export const createAuthorize =
  (portalOrigins: readonly string[]): Authorize =>
  (identity, operation, headers) => {
    const isWriteByCookie =
      "presentedAs" in identity &&
      identity.presentedAs === "cookie" &&
      operation.kind === "mutation";
    if (isWriteByCookie && !isFromOwnPages(headers, portalOrigins))
      return new AppError("FORBIDDEN");
    if (identity.kind === "stranger") return refusalOfStranger(identity, operation);
    return refusalOf(identity, operation) ?? identity;
  };

const organizationMissing = { path: "X-Organization-Id", message: "Required." };

const refusalOfStranger = ({ mustChoose }: Stranger, operation: Operation): AppError =>
  mustChoose
    ? new AppError(refusalOfInput(operation), { issues: [organizationMissing] })
    : new AppError("FORBIDDEN");

function refusalOf(
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
