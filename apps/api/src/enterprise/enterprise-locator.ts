import { AppError } from "@layers/contracts";
import type { Store } from "@layers/storage";
import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import type { GitHub, GitHubEnterprise } from "../github/github.ts";
import type { EnterpriseGrant } from "./enterprise-grant.ts";

export interface LocatorDeps {
  readonly store: Pick<Store, "enterpriseGrants">;
  readonly github: Pick<GitHub, "host" | "findEnterprise">;
  readonly clock: Clock;
}

/** Knows what GitHub calls an enterprise now, and which installation the App has there. */
export interface EnterpriseLocator {
  /**
   * May be a minute old.
   *
   * @throws `INSTALLATION_UNINSTALLED` or `INSTALLATION_SUSPENDED`.
   */
  locate(grant: EnterpriseGrant): Promise<GitHubEnterprise>;
  /** Has GitHub asked anew the next time. */
  forget(grant: EnterpriseGrant): void;
}

const rememberedMilliseconds = 60_000;

export function createEnterpriseLocator(deps: LocatorDeps): EnterpriseLocator {
  const known = new LRUCache<number, GitHubEnterprise, EnterpriseGrant>({
    max: 1000,
    ttl: rememberedMilliseconds,
    perf: { now: () => deps.clock() / 1000 },
    fetchMethod: (_id, _stale, { context: grant }) => look(deps, grant),
  });
  return {
    async locate(grant) {
      const found = await known.fetch(grant.enterpriseId, { context: grant });
      if (!found) throw new AppError("INSTALLATION_UNINSTALLED");
      if (found.suspended) throw new AppError("INSTALLATION_SUSPENDED");
      return found;
    },
    forget: ({ enterpriseId }) => void known.delete(enterpriseId),
  };
}

/** By the slug, which outlives an installation; else by the installation, which outlives a slug. */
async function look(
  { store, github }: LocatorDeps,
  grant: EnterpriseGrant,
): Promise<GitHubEnterprise | undefined> {
  const { host, enterpriseId, slug, installationId } = grant;
  const isGranted = (found: GitHubEnterprise | undefined) => found?.id === enterpriseId;
  const bySlug = await github.findEnterprise({ slug });
  const found = isGranted(bySlug) ? bySlug : await github.findEnterprise({ installationId });
  // A slug that was given up may be another enterprise's by now.
  if (!found || !isGranted(found)) return undefined;
  if (found.slug !== slug || found.installationId !== installationId)
    await store.enterpriseGrants.observe(
      { host, enterpriseId },
      { slug: found.slug, installationId: found.installationId },
    );
  return found;
}
