import type { RequestLine, Served } from "@layers/http-edge";
import { findDiskProblem, openSqlite, type Store } from "@layers/storage";
import { type Api, createApi } from "./api.ts";
import { systemClock } from "./clock.ts";
import { createSealer } from "./crypto/sealer.ts";
import { type Env, EnvError } from "./env.ts";
import { createOctokitGitHub } from "./github/octokit-github.ts";
import { createWorker, type Worker } from "./jobs/worker.ts";
import { createKeyDigests } from "./keys/key-digest.ts";
import { watchLoopDelay } from "./load/loop-delay.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics/create-metrics.ts";
import { createQueueMetrics } from "./metrics/job-metrics.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { type MetricsServerDeps, serveMetrics } from "./metrics/serve-metrics.ts";

/** The API with its real dependencies, ready to be mounted. */
export interface Service {
  readonly api: Api;
  readonly store: Store;
  readonly log: Log;
  readonly worker: Pick<Worker, "endings">;
  /** Where `/metrics` is; undefined when nobody wants any. */
  readonly metricsUrl: string | undefined;
  /** Logs and counts a request that is over. */
  readonly onRequestEnd: (line: RequestLine) => void;
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
  const store = await openStore(env, log);

  const { metrics, registry } = createMetrics();
  const refresh = createQueueMetrics(registry, { store, clock: systemClock });
  const metricsServer = await startMetrics(env, { registry, log, refresh }).catch(async (error) => {
    await store.close();
    throw error;
  });

  let draining = false;
  const api = createApi({
    store,
    log,
    metrics,
    github: createOctokitGitHub(env.github, { log, metrics }),
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
  const work = startWork({ api, store, log, metrics }, env.JOB_LEASE_SECONDS);

  return {
    api,
    store,
    log,
    worker: work.worker,
    metricsUrl: metricsServer && `${metricsServer.url}/metrics`,
    onRequestEnd(line) {
      log.info(line, "request");
      if (metricsServer) metrics.observeRequest(line);
    },
    drain: () => {
      draining = true;
      void work.stopWorker();
    },
    async close() {
      await work.stop();
      await metricsServer?.close();
      await store.close();
    },
  };
}

/** Begins what is done apart from requests: jobs, and what is due every minute. */
function startWork(
  { api, store, log, metrics }: Pick<Service, "api" | "store" | "log"> & { metrics: Metrics },
  leaseSeconds: number,
) {
  const worker = createWorker({
    store,
    log,
    clock: systemClock,
    random: Math.random,
    handlers: api.jobHandlers,
    schedules: api.schedules,
    options: { leaseSeconds },
    onEnd: ({ kind, createdAt }, ending) =>
      metrics.observeJob({ kind, ending, ageSeconds: (systemClock() - createdAt) / 1_000_000 }),
  });
  worker.start();
  let stopped: Promise<void> | undefined;
  const stopWorker = () =>
    (stopped ??= worker
      .stop(jobGraceMilliseconds)
      .catch((err: unknown) => log.warn({ err }, "jobs did not stop")));
  const maintain = () =>
    api.maintain().catch((err: unknown) => log.warn({ err }, "maintenance failed"));
  const maintenance = setInterval(() => void maintain(), maintenanceMilliseconds);
  return {
    worker,
    stopWorker,
    async stop() {
      clearInterval(maintenance);
      await stopWorker();
      await maintain();
    },
  };
}

async function openStore({ databaseFile: file }: Env, log: Log): Promise<Store> {
  const store = openSqlite({ file });
  const diskProblem = await findDiskProblem(file);
  if (diskProblem) log.warn({ file, diskProblem }, "the database is not safe where it is");
  const migrations = await store.migrate();
  if (migrations.length > 0) log.info({ migrations }, "database migrated");
  return store;
}

async function startMetrics(env: Env, deps: MetricsServerDeps): Promise<Served | undefined> {
  const { METRICS_HOST: host, METRICS_PORT: port } = env;
  if (port === undefined) return undefined;
  try {
    return await serveMetrics(deps, { host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EnvError(`METRICS_PORT: port ${port} of ${host} cannot be used (${code}).`, {
      cause,
    });
  }
}
