import type { CallHeaders } from "@layers/contracts";

/**
 * Whether a browser says that one of the portal's own pages makes it write (OWASP, cross-site request
 * forgery, Fetch Metadata). What says nothing of where it comes from is not believed.
 */
export function isFromOwnPages(
  { "sec-fetch-site": site, origin }: CallHeaders,
  portalOrigins: readonly string[],
): boolean {
  const isListed = origin !== undefined && portalOrigins.includes(origin);
  switch (site) {
    case "same-origin":
      return true;
    case "same-site":
    case undefined:
      return isListed;
    default:
      return false;
  }
}
