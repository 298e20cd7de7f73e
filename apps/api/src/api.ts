import { type Call, contract, type KeyEnv } from "@layers/contracts";
import type { CorsOptions } from "@layers/http-edge";
import type { Store } from "@layers/storage";
import type { Express } from "express";
import { createBudgets } from "./budgets/budgets.ts";
import { createAuthenticate } from "./callers/authenticate.ts";
import { createAuthorize } from "./callers/authorize.ts";
import { createGitHubCredentials } from "./callers/github-credentials.ts";
import { createPortalSessions } from "./callers/portal-sessions.ts";
import type { Clock } from "./clock.ts";
import type { Sealer } from "./crypto/sealer.ts";
import { createEnterprises } from "./enterprise/enterprises.ts";
import { bindHandlers, createExecute } from "./execute.ts";
import type { GitHub } from "./github/github.ts";
import { createHandlers } from "./handlers.ts";
import { createIdempotency } from "./idempotency.ts";
import type { JobHandler } from "./jobs/job-handler.ts";
import { createEnqueue } from "./jobs/job-kind.ts";
import type { Schedule } from "./jobs/schedules.ts";
import { createAuthenticateKey } from "./keys/authenticate.ts";
import { createFailureLimiter } from "./keys/failure-limiter.ts";
import type { KeyDigests } from "./keys/key-digest.ts";
import { createNoteKeyInUrl, type Sighting } from "./keys/key-in-url.ts";
import { createKeyUses } from "./keys/key-uses.ts";
import { createLifecycle } from "./lifecycle/lifecycle.ts";
import { createRefreshInstallation } from "./lifecycle/refresh-installation.ts";
import { createGitHubLinks } from "./links/github-links.ts";
import { createAdmission } from "./load/admission.ts";
import type { Log } from "./log.ts";
import type { Counts } from "./metrics/counts.ts";
import { applyPlan } from "./plans/apply-plan.ts";
import { createPlanning } from "./plans/planning.ts";
import { createReconcileJobs, reconcileSchedules } from "./reconcile/reconcile-jobs.ts";
import { createIdentifyUser } from "./sessions/identify-user.ts";
import { type PortalConfig, toReturnDomains } from "./sessions/portal-config.ts";
import { createTokenShelf } from "./tokens/token-shelf.ts";
import { createTokenVault } from "./tokens/token-vault.ts";
import { installRoutes } from "./web/install-routes.ts";
import { linkRoutes } from "./web/link-routes.ts";
import { portalCors } from "./web/portal-cors.ts";
import { probeRoutes } from "./web/probe-routes.ts";
import { securityTxtRoutes } from "./web/security-txt-routes.ts";
import { trpcRoutes } from "./web/trpc-routes.ts";
import { webhookRoutes } from "./web/webhook-routes.ts";
import { createIntake } from "./webhooks/intake.ts";

/** Everything from outside that the API needs. */
export interface ApiDeps {
  readonly store: Store;
  readonly github: GitHub;
  readonly sealer: Sealer;
  readonly digests: KeyDigests;
  readonly clock: Clock;
  /** In 0 … 1. */
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** How long GitHub is left alone between two changes of a plan; it asks for a second. */
  readonly mutationPauseMilliseconds: number;
  readonly log: Log;
  readonly metrics: Counts;
  readonly keyEnv: KeyEnv;
  /** Undefined when the deployment has no portal. */
  readonly portal?: PortalConfig | undefined;
  /** With which GitHub signs webhooks: the current one, and while it is rotated the previous one. */
  readonly webhookSecrets: readonly string[];
  /** Where browsers reach us, without a slash at the end, such as `https://connect.example.com`. */
  readonly publicUrl: string;
  /** A `mailto:` or `https:` URI for reports of vulnerabilities. */
  readonly securityContact: string;
  readonly isDraining: () => boolean;
  /** How late the event loop is, in milliseconds. */
  readonly loopDelay: () => number;
}

export interface Api {
  /** Runs an operation in this process. */
  readonly call: Call;
  /** Adds the tRPC procedures, the install flow's pages, the webhooks and the probes to an app. */
  mount(app: Express): void;
  /** What pages of the portal's origins may read. */
  readonly cors: CorsOptions | undefined;
  /** Tells the operator of a key that was sent in a URL. Never throws. */
  readonly noteKeyInUrl: (sighting: Sighting) => void;
  /** What the queue's workers can do. */
  readonly jobHandlers: readonly JobHandler[];
  /** What workers do again and again. */
  readonly schedules: readonly Schedule[];
  /** Does what is due: writes when keys were used, removes what has expired, revokes tokens that outlived their binding. */
  maintain(): Promise<void>;
}

/** Puts the features together. Does no I/O. */
export function createApi(deps: ApiDeps): Api {
  const { store, clock, log, portal } = deps;
  const vault = createTokenVault({ ...deps, shelf: createTokenShelf(deps) });
  const failures = createFailureLimiter(clock, deps.metrics);
  const enterprises = createEnterprises(deps);
  const planning = createPlanning({ ...deps, enterprises });
  const links = createGitHubLinks(deps);
  const budgets = createBudgets(clock, deps.metrics);
  const { origins: portalOrigins = [deps.publicUrl] } = portal ?? {};
  const portalDomains = toReturnDomains(portalOrigins);
  const portalHome = `${portalOrigins[0]}/`;
  const own = { vault, failures, enterprises, planning, links, budgets, portalDomains, portalHome };
  const features = { ...deps, ...own, enqueue: createEnqueue(clock) };
  const identifyUser = portal && createIdentifyUser(portal, features);
  const uses = createKeyUses(store);
  const bound = bindHandlers(contract, createHandlers(features));
  const call = createExecute(bound, {
    authenticate: createAuthenticate({
      keys: createAuthenticateKey({ ...features, uses }),
      githubCredentials: createGitHubCredentials(features),
      sessions: identifyUser && createPortalSessions({ ...portal, portalDomains, identifyUser }),
    }),
    authorize: createAuthorize(portalOrigins),
    budgets,
    admission: createAdmission(deps),
    idempotency: createIdempotency(deps),
    log,
  });
  const refreshInstallation = createRefreshInstallation(deps);
  const intake = createIntake(features);
  return {
    call,
    cors: portal && portalCors(portal.origins),
    noteKeyInUrl: createNoteKeyInUrl({ ...deps, failures }),
    mount(app) {
      app.use(probeRoutes(deps));
      app.use(securityTxtRoutes(deps));
      app.use("/trpc", trpcRoutes(bound, call));
      app.use(installRoutes(features));
      app.use(webhookRoutes({ ...deps, intake }));
      if (identifyUser) app.use(linkRoutes({ ...features, portal, identifyUser }));
    },
    jobHandlers: [
      applyPlan(features),
      ...createLifecycle({ ...features, refreshInstallation }),
      ...createReconcileJobs({ ...deps, refreshInstallation }),
    ],
    schedules: reconcileSchedules,
    async maintain() {
      await uses.flush();
      for (const bindingId of await store.tokens.listOrphanedBindings(clock()))
        await vault.revokeAll(bindingId);
      await store.deleteExpired(clock());
    },
  };
}
