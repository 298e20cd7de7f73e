import type { Sight, Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { GitHub, GitHubInstallation } from "../github/github.ts";
import { observe } from "../installations/observe.ts";
import { createLocks } from "./locks.ts";

export interface RefreshDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "host" | "appId" | "findInstallation">;
  readonly clock: Clock;
}

/**
 * Asks GitHub about an installation and writes into its binding, if it has one, what GitHub says. Returns
 * what GitHub says; undefined when it is not there any more.
 */
export type RefreshInstallation = (
  installationId: number,
  hint?: Pick<Sight, "grantChanged">,
) => Promise<GitHubInstallation | undefined>;

/**
 * One refresh of an installation runs at a time here. What another process writes meanwhile is found out
 * when we write, and then GitHub is asked again: so the last answer written is the last one given.
 */
export function createRefreshInstallation(deps: RefreshDeps): RefreshInstallation {
  const { store, github } = deps;
  const { host, appId } = github;
  const locks = createLocks();
  return (installationId, hint = {}) =>
    locks.run(installationId, async () => {
      for (;;) {
        const binding = await store.bindings.findByInstallation({ host, appId, installationId });
        const installation = await github.findInstallation(installationId);
        if (!binding) return installation;
        if (await observe(deps, binding, { ...toSight(installation), ...hint }))
          return installation;
      }
    });
}

/** What a binding shows of an installation. */
export function toSight(
  installation: Pick<GitHubInstallation, "suspended" | "account"> | undefined,
): Sight {
  if (!installation) return { status: "uninstalled" };
  const { suspended, account } = installation;
  return {
    status: suspended ? "suspended" : "active",
    ...(account && { accountLogin: account.login }),
  };
}
