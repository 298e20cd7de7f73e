import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Api,
  createApi,
  createKeyDigests,
  createOctokitGitHub,
  createSealer,
  noCounts,
  parseVersionedSecrets,
} from "@layers/api";
import { createOperator, type IssuedKey, type Operator } from "@layers/api/admin";
import type { Outcome } from "@layers/contracts";
import { type GitHubSandbox, generateAppKeyPair, startGitHubSandbox } from "@layers/github-sandbox";
import { createEdgeApp, serve } from "@layers/http-edge";
import { openSqlite, type Store } from "@layers/storage";
import { returnUrl } from "../connector.ts";
import { type Ending, openSession, ownConnection, type Session, visit } from "../visit.ts";
import { holdClocks } from "./clocks.ts";

export interface WorldOrganization {
  readonly id: string;
  readonly key: IssuedKey;
}

/** The real service over a real database and the stand-in, in this process. */
export interface World extends AsyncDisposable {
  readonly sandbox: GitHubSandbox;
  readonly store: Store;
  readonly operator: Operator;
  /** Back to the beginning: no attempt, no binding, GitHub as its fixtures say. */
  reset(): Promise<readonly WorldOrganization[]>;
  /** Closes the service and opens it again over the same file. */
  restart(): Promise<void>;
  maintain(): Promise<void>;
  issueKey(organizationId: string): Promise<IssuedKey>;
  call(name: string, key: string, input?: object): Promise<Outcome>;
  visit(path: string, login: string, click: "connect" | "decline"): Promise<Ending>;
  isAlive(token: string): Promise<boolean>;
  /** Time stands still but for this, which moves every clock. */
  passTime(milliseconds: number): Promise<void>;
  /** Moves our clock against GitHub's. */
  jumpClock(milliseconds: number): void;
}

const keyEnv = "test";
const clientSecret = "model-client-secret";
const appKeys = await generateAppKeyPair();
const secrets = () => parseVersionedSecrets(`1:${randomBytes(32).toString("base64")}`);
const sealer = createSealer(secrets());
const digests = createKeyDigests(secrets());

/** Memory, where there is such a folder: the settings are those of a disk, but it answers at once. */
const parentFolder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A machine that is busy with something else is no difference from the model. */
const patient = { idleTimeoutMs: 300_000, headersTimeoutMs: 300_000, requestTimeoutMs: 300_000 };

/** Starts a world. Only one can live in a process: it holds the clock. */
export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(parentFolder, "layers-model-"));
  const clocks = holdClocks();
  const clock = () => (Date.now() + clocks.skew) * 1000;
  const template = await createTemplate(join(folder, "template.db"), clock);
  let runs = 0;
  let file = template.file;
  let opened = openSqlite({ file });
  // The service keeps its store for as long as it lives; a reset puts another file below it.
  const store = followed(() => opened);
  const operator = operatorOf(store, clock);

  let service: { readonly api: Api; readonly app: ReturnType<typeof createEdgeApp> } | undefined;
  const server = await serve((req, res) => service?.app(req, res), {
    port: 0,
    host: "127.0.0.1",
    limits: patient,
  });
  const sandbox = await startSandbox(server.url);
  const startService = () => {
    const api = createApi({
      store,
      clock,
      sealer,
      digests,
      keyEnv,
      github: createOctokitGitHub(configOf(sandbox)),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      metrics: noCounts(),
      random: () => 0.5,
      wait: sleep,
      webhookSecrets: [],
      publicUrl: server.url,
      securityContact: "mailto:security@layers.example",
      isDraining: () => false,
      mutationPauseMilliseconds: 0,
      loopDelay: () => 0,
    });
    const options = { allowedHosts: [new URL(server.url).host] };
    return { api, app: createEdgeApp(options, (express) => api.mount(express)) };
  };
  let running = startService();
  service = running;

  const sessions = new Map<string, Promise<Session>>();
  let calls = 0;
  return {
    sandbox,
    store,
    operator,
    issueKey: (organizationId) => issueKey(operator, organizationId),
    async reset() {
      // A run may have failed with anything still in force.
      sandbox.reset();
      await running.api.maintain();
      await opened.close();
      if (file !== template.file) await rm(file);
      runs += 1;
      file = join(folder, `run-${runs}.db`);
      await copyFile(template.file, file);
      opened = openSqlite({ file });
      sessions.clear();
      clocks.skew = 0;
      // So that nothing is left of what was known a moment ago: of keys, and of GitHub's failures.
      await clocks.pass(15_000);
      return template.organizations;
    },
    async restart() {
      await opened.close();
      opened = openSqlite({ file });
      running = startService();
      service = running;
    },
    maintain: () => running.api.maintain(),
    call(name, key, input = {}) {
      calls += 1;
      return running.api.call({
        name,
        input,
        headers: { authorization: `Bearer ${key}` },
        requestId: "req_01J00000000000000000000000",
        // Nobody is slowed down for the failures of another.
        remoteAddress: `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`,
      });
    },
    async visit(path, login, click) {
      const session = sessions.get(login) ?? openSession(sandbox, login);
      sessions.set(login, session);
      return visit(`${server.url}${path}`, await session, { click });
    },
    async isAlive(token) {
      const headers = { ...ownConnection, authorization: `Bearer ${token}`, "user-agent": "model" };
      const response = await fetch(`${sandbox.apiUrl}/rate_limit`, { headers });
      await response.arrayBuffer();
      return response.status === 200;
    },
    passTime: (milliseconds) => clocks.pass(milliseconds),
    jumpClock(milliseconds) {
      clocks.skew += milliseconds;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await sandbox.close();
      await opened.close();
      clocks.release();
      await rm(folder, { recursive: true });
    },
  };
}

/** Stands for an object that may be replaced, and for the objects in it. */
function followed<T extends object>(current: () => T): T {
  return new Proxy<T>(current(), {
    get(_, name) {
      const value: unknown = Reflect.get(current(), name);
      if (typeof value !== "object" || value === null) return value;
      return followed(() => Object(Reflect.get(current(), name)) as object);
    },
  });
}

const operatorOf = (store: Store, clock: () => number): Operator =>
  createOperator({ store, digests, keyEnv, clock });

const issueKey = (operator: Operator, organizationId: string): Promise<IssuedKey> =>
  operator.createKey({
    organizationId,
    name: "model",
    scopes: ["github:admin", "github:token"],
    tier: "unlimited",
    allowedReturnDomains: [new URL(returnUrl).host],
  });

/** The database with which every run begins: two organizations with a key each. */
async function createTemplate(file: string, clock: () => number) {
  const store = openSqlite({ file });
  await store.migrate();
  const operator = operatorOf(store, clock);
  const organizations: WorldOrganization[] = [];
  for (const name of ["First", "Second"]) {
    const { id } = await operator.createOrganization(name);
    organizations.push({ id, key: await issueKey(operator, id) });
  }
  await store.close();
  return { file, organizations };
}

const startSandbox = (url: string): Promise<GitHubSandbox> =>
  startGitHubSandbox({
    port: 0,
    now: () => Date.now(),
    app: {
      publicKey: appKeys.publicKey,
      clientSecret,
      setupUrl: `${url}/github/app/callback`,
      callbackUrls: [`${url}/github/app/oauth`],
    },
  });

const configOf = ({ apiUrl, url, app }: GitHubSandbox) => ({
  apiUrl,
  webUrl: url,
  edition: "dotcom" as const,
  appId: String(app.id),
  appSlug: app.slug,
  clientId: app.clientId,
  clientSecret,
  privateKeys: [appKeys.privateKey],
});
