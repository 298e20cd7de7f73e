import { findDiskProblem, openSqlite, type Store } from "@layers/storage";
import { type Api, createApi } from "./api.ts";
import { systemClock } from "./clock.ts";
import { createSealer } from "./crypto/sealer.ts";
import type { Env } from "./env.ts";
import { createOctokitGitHub } from "./github/octokit-github.ts";
import { createWorker, type Worker } from "./jobs/worker.ts";
import { createKeyDigests } from "./keys/key-digest.ts";
import { watchLoopDelay } from "./load/loop-delay.ts";
import { createLog, type Log } from "./log.ts";

/** The API with its real dependencies, ready to be mounted. */
export interface Service {
  readonly api: Api;
  readonly store: Store;
  readonly log: Log;
  readonly worker: Pick<Worker, "endings">;
  /** Makes the probes say that we are going away, and begins no more jobs. */
  readonly drain: () => void;
  readonly close: () => Promise<void>;
}

const maintenanceMilliseconds = 60_000;
/** How long jobs have to come to a safe point before others may take them. */
const jobGraceMilliseconds = 5000;

/** Opens the database, brings it up to date and puts the API over it. */
export async function openService(env: Env): Promise<Service> {
  const log = createLog(env.LOG_LEVEL);
  const file = env.databaseFile;
  const store = openSqlite({ file });
  const diskProblem = await findDiskProblem(file);
  if (diskProblem) log.warn({ file, diskProblem }, "the database is not safe where it is");
  const migrations = await store.migrate();
  if (migrations.length > 0) log.info({ migrations }, "database migrated");

  let draining = false;
  const api = createApi({
    store,
    log,
    github: createOctokitGitHub(env.github),
    sealer: createSealer(env.ENCRYPTION_KEYS),
    digests: createKeyDigests(env.KEY_PEPPERS),
    clock: systemClock,
    random: Math.random,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    mutationPauseMilliseconds: env.GITHUB_MUTATION_PAUSE_MS,
    keyEnv: env.KEY_ENV,
    portal: env.portal,
    webhookSecrets: env.webhookSecrets,
    publicUrl: env.PUBLIC_URL,
    securityContact: env.SECURITY_CONTACT,
    isDraining: () => draining,
    loopDelay: watchLoopDelay(),
  });
  const worker = createWorker({
    store,
    log,
    clock: systemClock,
    random: Math.random,
    handlers: api.jobHandlers,
    options: { leaseSeconds: env.JOB_LEASE_SECONDS },
  });
  worker.start();
  let stopped: Promise<void> | undefined;
  const stopWorker = () => (stopped ??= worker.stop(jobGraceMilliseconds));
  const maintenance = setInterval(() => {
    api.maintain().catch((err: unknown) => log.warn({ err }, "maintenance failed"));
  }, maintenanceMilliseconds);

  return {
    api,
    store,
    log,
    worker,
    drain: () => {
      draining = true;
      stopWorker().catch((err: unknown) => log.warn({ err }, "jobs did not stop"));
    },
    async close() {
      clearInterval(maintenance);
      await stopWorker().catch((err: unknown) => log.warn({ err }, "jobs did not stop"));
      await api.maintain().catch((err: unknown) => log.warn({ err }, "maintenance failed"));
      await store.close();
    },
  };
}
