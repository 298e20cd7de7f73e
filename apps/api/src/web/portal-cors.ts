import { contract, createIsPortalPath } from "@layers/contracts";
import type { CorsOptions } from "@layers/http-edge";

const isOperation = createIsPortalPath(contract);

/** What the portal's pages may read from wherever they are served. Partners call from no page. */
export const portalCors = (origins: readonly string[]): CorsOptions => ({
  origins,
  isShared: (path) => path === "/github/link" || path.startsWith("/trpc/") || isOperation(path),
});
