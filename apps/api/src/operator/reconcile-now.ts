import type { Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { GitHubConfig } from "../github/github-config.ts";
import { createRefreshInstallation } from "../lifecycle/refresh-installation.ts";
import { type Reconciled, type ReconcileOptions, reconcile } from "../reconcile/reconcile.ts";

export interface ReconcileNowDeps {
  readonly store: Store;
  readonly github: GitHubConfig;
  readonly clock: Clock;
}

/** Compares all bindings with GitHub at once, apart from the service. */
export async function reconcileNow(
  { store, github: config, clock }: ReconcileNowDeps,
  options: ReconcileOptions,
): Promise<Reconciled> {
  // Octokit is loaded for this one command only.
  const { createOctokitGitHub } = await import("../github/octokit-github.ts");
  const github = createOctokitGitHub(config);
  const refreshInstallation = createRefreshInstallation({ store, github, clock });
  return reconcile({ store, github, refreshInstallation }, options);
}
