import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Api,
  type ApiDeps,
  type CallWatch,
  type Counts,
  createApi,
  createKeyDigests,
  createMetrics,
  createOctokitGitHub,
  createSealer,
  createWorker,
  type Log,
  parseVersionedSecrets,
  systemClock,
} from "@layers/api";
import { createOperator, type NewKey, type Operator } from "@layers/api/admin";
import {
  type Edition,
  type GitHubSandbox,
  generateAppKeyPair,
  startGitHubSandbox,
} from "@layers/github-sandbox";
import { createEdgeApp, type ReservedPort, reservePort, serve } from "@layers/http-edge";
import { createRemoteCall, docsRoutes, restRoutes } from "@layers/rest";
import { openSqlite, type Store } from "@layers/storage";
import { portalAt } from "./portal.ts";
import { webhookSecret } from "./webhooks/sign.ts";

/** The whole service on free ports: API and REST in one process, REST in front of it, the stand-in. */
export interface Connector extends AsyncDisposable {
  /** REST in process, tRPC and the install flow's pages. */
  readonly url: string;
  /** REST that reaches the API over tRPC. */
  readonly remoteUrl: string;
  readonly sandbox: GitHubSandbox;
  readonly store: Store;
  readonly operator: Operator;
  readonly databaseFile: string;
  /** In PEM: what makes somebody the App. */
  readonly appPrivateKey: string;
  readonly logLines: readonly string[];
  readonly counts: Counts;
  readonly webhookCounts: Counts["webhooks"];
  /** Resolves when no job is due or under way, where jobs are done. */
  jobsDone(): Promise<void>;
  /** Forgets, as a restart does, that GitHub failed or limited us. */
  forgetOutages(): void;
  /** Begins with the jobs that are asked for; until then they wait. */
  work(): void;
  /** Moves our clock, not the stand-in's. */
  advance(seconds: number): void;
  /** Adds an organization with one key and returns the key's text. */
  addPartner(changes?: Partial<NewKey>): Promise<Partner>;
}

export interface Partner {
  readonly organizationId: string;
  readonly apiKeyId: string;
  readonly key: string;
}

export const returnUrl = "https://app.partner.example/layers/callback";

export const appKeys = await generateAppKeyPair();
const secret = () => parseVersionedSecrets(`1:${randomBytes(32).toString("base64")}`);

export interface ConnectorChanges extends Partial<ApiDeps> {
  /** What the service gets to work with instead of the store itself. */
  readonly wrapStore?: (store: Store) => Store;
  /** Whether jobs are done; they wait by default. */
  readonly works?: boolean;
  /** Which GitHub the stand-in is; `dotcom` by default. */
  readonly edition?: Edition;
}

/** Starts a connector over an empty database. */
export async function startConnector({
  wrapStore = (store) => store,
  works = false,
  edition = "dotcom",
  ...changes
}: ConnectorChanges = {}): Promise<Connector> {
  const folder = await mkdtemp(join(tmpdir(), "layers-e2e-"));
  const databaseFile = join(folder, "layers.db");
  const store = openSqlite({ file: databaseFile });
  await store.migrate();
  const port = await reservePort({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${port.port}`;
  const sandbox = await startSandbox(url, edition);
  const digests = createKeyDigests(secret());
  const logLines: string[] = [];
  let offset = 0;
  const clock = () => systemClock() + offset;
  const keyEnv = "test";
  const log = changes.log ?? recordingLog(logLines);
  const { metrics } = createMetrics();
  const github = createGitHub(sandbox, edition, { log, metrics });
  const deps: ApiDeps = {
    store: wrapStore(store),
    clock,
    digests,
    keyEnv,
    portal: portalAt(url),
    log,
    metrics,
    sealer: createSealer(secret()),
    random: Math.random,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    mutationPauseMilliseconds: 0,
    webhookSecrets: [webhookSecret],
    publicUrl: url,
    securityContact: "mailto:security@layers.example",
    isDraining: () => false,
    loopDelay: () => 0,
    github: github.port,
    ...changes,
  };
  const api = createApi(deps);
  const worker = createWorker({
    ...deps,
    handlers: api.jobHandlers,
    options: { pollMilliseconds: 5 },
  });
  if (works) worker.start();
  const servers = await startServers(api, deps.log, port);
  const operator = createOperator({ store, digests, keyEnv, clock: deps.clock });
  return {
    url,
    remoteUrl: servers.remoteUrl,
    sandbox,
    store,
    operator,
    databaseFile,
    appPrivateKey: appKeys.privateKey,
    logLines,
    counts: deps.metrics,
    webhookCounts: deps.metrics.webhooks,
    async jobsDone() {
      for (;;) {
        const { running, dueSince } = await store.jobs.measure(clock());
        if (running === 0 && dueSince === null) return;
        await deps.wait(5);
      }
    },
    forgetOutages: github.forgetOutages,
    work: worker.start,
    advance: (seconds) => {
      offset += seconds * 1_000_000;
    },
    addPartner: (key) => addPartner(operator, key),
    async [Symbol.asyncDispose]() {
      await worker.stop(2000);
      await servers.close();
      await sandbox.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const clientSecret = "e2e-client-secret";

/** GitHub through Octokit, which can be made anew. */
function createGitHub(sandbox: GitHubSandbox, edition: Edition, watch: CallWatch) {
  const create = () =>
    createOctokitGitHub(
      {
        apiUrl: sandbox.apiUrl,
        webUrl: sandbox.url,
        edition,
        appId: String(sandbox.app.id),
        appSlug: sandbox.app.slug,
        clientId: sandbox.app.clientId,
        clientSecret,
        privateKeys: [appKeys.privateKey],
      },
      watch,
    );
  let current = create();
  const port = new Proxy(current, {
    get: (_target, name) => Reflect.get(current, name) as unknown,
  });
  const forgetOutages = () => {
    current = create();
  };
  return { port, forgetOutages };
}

/** What the App asks for where there are content attachments. */
const withContentReferences = {
  metadata: "read",
  contents: "write",
  members: "read",
  content_references: "write",
  enterprise_organization_installations: "write",
  enterprise_organization_installation_repositories: "write",
} as const;

function startSandbox(url: string, edition: Edition): Promise<GitHubSandbox> {
  return startGitHubSandbox({
    port: 0,
    edition,
    app: {
      publicKey: appKeys.publicKey,
      clientSecret,
      ...(edition === "ghes-3.3" && { permissions: withContentReferences }),
      setupUrl: `${url}/github/app/callback`,
      callbackUrls: [`${url}/github/app/oauth`, `${url}/github/link/callback`],
    },
  });
}

async function startServers(api: Api, log: Log, port: ReservedPort) {
  const host = `127.0.0.1:${port.port}`;
  const url = `http://${host}`;
  const edge = {
    trustedProxies: ["127.0.0.1"],
    onRequestEnd: (line: object) => log.info(line, "request"),
    onError: (err: unknown) => log.error({ err }, "request failed"),
  };
  const together = createEdgeApp(
    {
      ...edge,
      allowedHosts: [host],
      routes: restRoutes({ call: api.call, publicUrl: url }),
      cors: api.cors,
      onKeyInUrl: api.noteKeyInUrl,
    },
    (app) => {
      api.mount(app);
      app.use(docsRoutes({ publicUrl: url }));
    },
  );
  const server = await serve(together, port);
  const remote = createRemoteCall({ apiUrl: url });
  let remoteHost = "";
  const apart = createEdgeApp(
    {
      ...edge,
      allowedHosts: () => [remoteHost],
      routes: restRoutes({ call: remote.call, publicUrl: url }),
      onKeyInUrl: remote.noteKeyInUrl,
    },
    (app) => void app.use(docsRoutes({ publicUrl: url })),
  );
  const remoteServer = await serve(apart, { port: 0, host: "127.0.0.1" });
  remoteHost = new URL(remoteServer.url).host;
  const close = async () => {
    await remoteServer.close();
    await remote.close();
    await server.close();
  };
  return { remoteUrl: remoteServer.url, close };
}

async function addPartner(operator: Operator, changes: Partial<NewKey> = {}): Promise<Partner> {
  const organization = await operator.createOrganization("Gic Growth");
  const { apiKeyId, text } = await operator.createKey({
    organizationId: organization.id,
    name: "e2e",
    scopes: ["github:admin", "github:token"],
    tier: "unlimited",
    allowedReturnDomains: [new URL(returnUrl).host],
    ...changes,
  });
  return { organizationId: changes.organizationId ?? organization.id, apiKeyId, key: text };
}

function recordingLog(lines: string[]): Log {
  const write = (fields: object, message: string) => {
    lines.push(JSON.stringify({ ...fields, err: String(Reflect.get(fields, "err")), message }));
  };
  return { debug() {}, info: write, warn: write, error: write };
}
