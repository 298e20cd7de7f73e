import { AppError, type Permissions } from "@layers/contracts";
import { LRUCache } from "lru-cache";
import type { GitHub, GitHubEnterprise, GitHubToken } from "../github/github.ts";
import type { Counts } from "../metrics/counts.ts";
import { createSingleFlight, neededUntil, type TokenLifeDeps } from "../tokens/token-life.ts";
import { scopeKeyOf } from "../tokens/token-scope.ts";
import type { TokenSource } from "../tokens/with-live-token.ts";

export interface EnterpriseTokensDeps extends TokenLifeDeps {
  readonly github: Pick<GitHub, "mintToken">;
  readonly metrics: Pick<Counts, "tokens">;
}

/** What a token of an enterprise's installation is for. */
export type EnterpriseAccess = "read" | "write";

/**
 * The tokens of the App's installations on enterprises. Kept in memory alone: they are our own, nobody
 * is handed one.
 */
export interface EnterpriseTokens {
  /** Tokens that reach the enterprise's Apps and nothing else; one for reading cannot write. */
  of(enterprise: GitHubEnterprise, access: EnterpriseAccess): TokenSource;
}

/** Either opens routes; which an installation has, its owner decides. */
const permissionNames = [
  "enterprise_organization_installations",
  "enterprise_organization_installation_repositories",
];

export function createEnterpriseTokens(deps: EnterpriseTokensDeps): EnterpriseTokens {
  const tokens = new LRUCache<string, GitHubToken>({ max: 1000 });
  const counts = deps.metrics.tokens;
  const once = createSingleFlight<GitHubToken>(() => {
    counts.joined += 1;
  });

  return {
    of(enterprise, access) {
      const { installationId } = enterprise;
      const permissions = narrow(enterprise.permissions, access);
      const key = `${installationId} ${scopeKeyOf({ permissions })}`;
      const mintAndKeep = async () => {
        const token = await mint(deps, installationId, permissions);
        tokens.set(key, token);
        return token;
      };
      const get: TokenSource["get"] = async () => {
        const kept = tokens.get(key);
        if (!kept || kept.expiresAt * 1000 <= neededUntil(deps)) return once(key, mintAndKeep);
        counts.memory += 1;
        return kept;
      };
      return {
        get,
        replace(refused) {
          if (tokens.get(key)?.token === refused.token) tokens.delete(key);
          return get();
        },
      };
    },
  };
}

async function mint(
  { github, metrics }: EnterpriseTokensDeps,
  installationId: number,
  permissions: Permissions,
): Promise<GitHubToken> {
  // Without any named, GitHub would give all.
  if (Object.keys(permissions).length === 0) throw new AppError("FORBIDDEN");
  const result = await github.mintToken(installationId, { permissions });
  switch (result.kind) {
    case "minted":
      metrics.tokens.minted += 1;
      return result.token;
    case "suspended":
      throw new AppError("INSTALLATION_SUSPENDED");
    case "gone":
      throw new AppError("INSTALLATION_UNINSTALLED");
    case "permissions_not_granted":
    case "repositories_not_granted":
      throw new AppError("FORBIDDEN");
  }
}

const narrow = (granted: Permissions, access: EnterpriseAccess): Permissions =>
  Object.fromEntries(
    Object.entries(granted)
      .filter(([name]) => permissionNames.includes(name))
      .map(([name, level]) => [name, access === "read" ? "read" : level]),
  );
