import { attempts } from "./attempts.ts";
import { audit } from "./audit.ts";
import { enterpriseApi } from "./enterprise-api.ts";
import { enterprisePlans } from "./enterprise-plans.ts";
import { githubApi } from "./github-api.ts";
import { installations } from "./installations.ts";
import { jobs } from "./jobs.ts";
import { keys } from "./keys.ts";
import { portal } from "./portal.ts";
import { repositories } from "./repositories.ts";
import { tokens } from "./tokens.ts";

/** Every operation of the service. */
export const contract = {
  github: { ...attempts, ...installations, ...tokens, ...repositories },
  portal,
  githubApi,
  enterprise: { ...enterpriseApi, ...enterprisePlans },
  jobs,
  keys,
  audit,
};

export * from "./access.ts";
export * from "./app-error.ts";
export * from "./attempts.ts";
export * from "./audit.ts";
export * from "./call.ts";
export * from "./enterprise.ts";
export * from "./enterprise-api.ts";
export * from "./enterprise-plans.ts";
export * from "./errors.ts";
export * from "./expand-route.ts";
export * from "./github-api.ts";
export * from "./handlers.ts";
export * from "./installations.ts";
export * from "./jobs.ts";
export * from "./keys.ts";
export * from "./operation.ts";
export * from "./page.ts";
export * from "./portal.ts";
export * from "./portal-paths.ts";
export * from "./repositories.ts";
export * from "./tokens.ts";
export * from "./validation.ts";
export * from "./values.ts";
