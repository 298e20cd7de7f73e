import { randomBytes } from "node:crypto";
import type { Server } from "node:net";
import type { Admin } from "./admin/admin.ts";
import { type ChangeLogEntry, createChangeLog } from "./admin/change-log.ts";
import { type FaultInput, Faults } from "./admin/fault.ts";
import { createFaultBox } from "./admin/faults.ts";
import { createRequestLog, type RequestLogEntry } from "./admin/request-log.ts";
import type { Limited } from "./api/budgets.ts";
import { createRateLimits } from "./api/rate-limits.ts";
import type { ApiVersion } from "./api/versions.ts";
import type { Deps, Urls } from "./deps.ts";
import type { Edition } from "./edition.ts";
import { type HookFaultInput, HookFaults } from "./hooks/hook-fault.ts";
import { createHooks } from "./hooks/hooks.ts";
import { type AppOptions, type AppSettings, createRegistration } from "./registration.ts";
import { createScenario, type Scenario } from "./scenario.ts";
import { closeServer, createExpressApp, listen, portOf } from "./server.ts";
import { createFixtures } from "./world/fixtures.ts";
import type { HookDelivery } from "./world/model.ts";
import { createStateFile } from "./world/state-file.ts";
import { createStore } from "./world/store.ts";
import { createWorld } from "./world/world.ts";

/** How a stand-in is started. */
export interface SandboxOptions {
  /** 0 takes any free port. A server that listens on one of 127.0.0.1 already hands it over. */
  port: number | Server;
  /** The only address there is: the stand-in never leaves the machine. */
  host?: "127.0.0.1";
  app: AppOptions;
  /** Which GitHub it stands in for. `dotcom` when absent. */
  edition?: Edition;
  /** Versions of the REST API that are answered with 410 Gone. None when absent. */
  retiredVersions?: readonly ApiVersion[];
  /** Keeps the state across restarts in this file, mode 0600. In memory when absent. */
  stateFile?: string;
  /** Milliseconds that a webhook's receiver has to answer: 10,000, as at GitHub, when absent. */
  hookTimeoutMs?: number;
  /** The machine's clock, epoch milliseconds. `Date.now` when absent. */
  now?: () => number;
}

/** A running stand-in GitHub. `await using` closes it. */
export interface GitHubSandbox extends AsyncDisposable {
  /** Pages and OAuth: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** REST API, laid out as GitHub Enterprise Server: `http://127.0.0.1:PORT/api/v3`. */
  readonly apiUrl: string;
  /** What a consumer of the App configures. */
  readonly app: { readonly id: number; readonly clientId: string; readonly slug: string };
  /** Changes the world without a browser. */
  readonly world: Scenario;
  /** Changes the App's settings for good; a reset keeps them. */
  configureApp(change: Partial<AppSettings>): void;
  /**
   * From now on only JWTs of this key are accepted, as after a rotation; a reset keeps it.
   * @throws {TypeError} for a key that is not RSA of at least 2048 bits.
   */
  replaceAppKey(publicKeyPem: string): void;
  /** Every API call received since the start or the last reset, oldest first. */
  requests(): RequestLogEntry[];
  /** Everything that happened to installations since the start or the last reset, oldest first. */
  changes(): ChangeLogEntry[];
  /** Deliveries to the App's webhook of the last three days, newest first, failed ones too. */
  deliveries(): HookDelivery[];
  /**
   * Resolves when nothing is left to deliver: everything arrived or failed. What a fault holds back
   * is sent first.
   */
  deliveriesSent(): Promise<void>;
  /** Sends a `ping` to the App's webhook. */
  ping(): void;
  /** Adds one fault or several; an empty list clears all. @throws {ZodError} for a malformed fault. */
  fault(fault: FaultInput | FaultInput[]): void;
  /**
   * Troubles the App's webhook; an empty list clears all. Every fault that matches a delivery hits it,
   * redeliveries too. @throws {ZodError} for a malformed fault.
   */
  faultHook(fault: HookFaultInput | HookFaultInput[]): void;
  /** Leaves a caller this many requests in its hour. @throws when there is no such user. */
  setRateLimit(of: Limited, remaining: number): void;
  /** Moves the stand-in's own clock against the machine's, in seconds. */
  clock(offsetSeconds: number): void;
  /** Back to the fixtures: state, faults, clock, request log and what `POST /_sandbox/app` changed. */
  reset(): void;
  /** Stops listening, ends open connections, and writes the state file. */
  close(): Promise<void>;
}

function createAdmin(options: SandboxOptions, urls: () => Urls): Admin {
  const machineNow = options.now ?? Date.now;
  let offsetMs = 0;
  const now = () => machineNow() + offsetMs;
  const registration = createRegistration(options.app);
  const fixtures = () => createFixtures(registration.app);
  const file = options.stateFile === undefined ? undefined : createStateFile(options.stateFile);
  const changeLog = createChangeLog(now);
  const deps: Deps = {
    store: createStore(fixtures, file),
    registration,
    edition: options.edition ?? "dotcom",
    retiredVersions: options.retiredVersions ?? [],
    now,
    randomBytes,
    urls,
    recordChange: changeLog.record,
    announce: (event) => hooks.announce(event),
  };
  const world = createWorld(deps);
  const hooks = createHooks(deps, { world, timeoutMs: options.hookTimeoutMs ?? 10_000 });
  const rateLimits = createRateLimits(deps, world);
  const faults = createFaultBox();
  const requestLog = createRequestLog(now);
  const setClock = (offsetSeconds: number) => {
    offsetMs = offsetSeconds * 1000;
  };
  const reset = () => {
    setClock(0);
    registration.reset();
    deps.store.reset();
    for (const part of [hooks, rateLimits, faults, requestLog, changeLog]) part.clear();
  };
  return { deps, world, hooks, rateLimits, faults, requestLog, changeLog, setClock, reset };
}

/**
 * Starts a stand-in GitHub on 127.0.0.1: pages, OAuth, REST API, and `/_sandbox/` to drive it.
 * @throws {TypeError} for a key that is not RSA of at least 2048 bits.
 * @throws when the port is taken, or the state file is not one.
 */
export async function startGitHubSandbox(options: SandboxOptions): Promise<GitHubSandbox> {
  let url = "";
  const admin = createAdmin(options, () => ({ web: url, api: `${url}/api/v3` }));
  const server = await listen(createExpressApp(admin), options.port);
  url = `http://127.0.0.1:${portOf(server)}`;
  const { registration, store } = admin.deps;
  const { id, clientId, slug } = registration.app;

  let closing: Promise<void> | undefined;
  const stop = async () => {
    admin.hooks.clear();
    await closeServer(server);
    await store.close();
  };
  const close = () => (closing ??= stop());

  return {
    url,
    apiUrl: `${url}/api/v3`,
    app: { id, clientId, slug },
    world: createScenario(admin.world, admin.deps),
    configureApp: registration.configure,
    replaceAppKey: registration.replaceKey,
    requests: admin.requestLog.list,
    changes: admin.changeLog.list,
    deliveries: admin.hooks.log.list,
    deliveriesSent: admin.hooks.sent,
    ping: () => admin.hooks.announce({ name: "ping", action: null }),
    fault: (fault) => admin.faults.add(Faults.parse(fault)),
    faultHook: (fault) => admin.hooks.addFaults(HookFaults.parse(fault)),
    setRateLimit: admin.rateLimits.setRemaining,
    clock: admin.setClock,
    reset: admin.reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}
