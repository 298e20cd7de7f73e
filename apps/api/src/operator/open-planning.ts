import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import { createEnterprises } from "../enterprise/enterprises.ts";
import type { GitHubConfig } from "../github/github-config.ts";
import { noCounts } from "../metrics/counts.ts";
import { createPlanning, type Planning } from "../plans/planning.ts";

export interface OpenPlanningDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: GitHubConfig;
}

/** Plans beside the service, which does what is to be applied. */
export async function openPlanning({ config, ...deps }: OpenPlanningDeps): Promise<Planning> {
  // Octokit is loaded for these commands only.
  const { createOctokitGitHub } = await import("../github/octokit-github.ts");
  const github = createOctokitGitHub(config);
  const enterprises = createEnterprises({
    ...deps,
    metrics: noCounts(),
    github,
    random: Math.random,
    wait: sleep,
  });
  return createPlanning({ ...deps, enterprises });
}
