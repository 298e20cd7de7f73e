import type { contract } from "@layers/contracts";
import { createAttempts } from "./attempts/attempts.ts";
import { createAuditLog } from "./audit-log/audit-log.ts";
import type { Handlers } from "./context.ts";
import { createEnterpriseApi } from "./enterprise/enterprise-api.ts";
import { createGitHubApi } from "./github-api/github-api.ts";
import { createInstallationHealth } from "./installations/installation-health.ts";
import { createInstallations } from "./installations/installations.ts";
import { createJobs } from "./jobs/job-view.ts";
import { createKeys } from "./keys/keys.ts";
import { createPlans } from "./plans/plans.ts";
import { createPortal } from "./portal/portal.ts";
import { createRepositories } from "./repositories/repositories.ts";
import { createTokens } from "./tokens/tokens.ts";

type Features = Parameters<typeof createAttempts>[0] &
  Parameters<typeof createInstallations>[0] &
  Parameters<typeof createInstallationHealth>[0] &
  Parameters<typeof createTokens>[0] &
  Parameters<typeof createRepositories>[0] &
  Parameters<typeof createGitHubApi>[0] &
  Parameters<typeof createEnterpriseApi>[0] &
  Parameters<typeof createAuditLog>[0] &
  Parameters<typeof createPlans>[0] &
  Parameters<typeof createJobs>[0] &
  Parameters<typeof createPortal>[0];

/** Everything that the operations do. */
export function createHandlers(features: Features): Handlers<typeof contract> {
  return {
    keys: createKeys(features),
    audit: createAuditLog(features),
    github: {
      ...createAttempts(features),
      ...createInstallations(features),
      ...createInstallationHealth(features),
      ...createTokens(features),
      ...createRepositories(features),
    },
    portal: createPortal(features),
    githubApi: createGitHubApi(features),
    enterprise: { ...createEnterpriseApi(features), ...createPlans(features) },
    jobs: createJobs(features),
  };
}
