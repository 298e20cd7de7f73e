import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createKeyDigests, parseVersionedSecrets, systemClock } from "@layers/api";
import { createOperator, type Operator } from "@layers/api/admin";
import type { Scope } from "@layers/contracts";
import { type GitHubSandbox, generateAppKeyPair, startGitHubSandbox } from "@layers/github-sandbox";
import { reservePort } from "@layers/http-edge";
import { openSqlite } from "@layers/storage";
import { type Partner, returnUrl } from "../connector.ts";
import { webhookSecret } from "../webhooks/sign.ts";

/** The service in a process of its own, over a real file, with GitHub in this process. */
export interface ChildService extends AsyncDisposable {
  readonly url: string;
  readonly sandbox: GitHubSandbox;
  readonly databaseFile: string;
  readonly pid: number;
  /** Starts it, and returns the milliseconds until a probe said that it is there. */
  start(probe?: "/readyz" | "/livez"): Promise<number>;
  /** SIGKILL: nothing is finished, nothing is written. */
  kill(): Promise<void>;
  isReady(): Promise<boolean>;
  /** Does what is due once a minute now. */
  maintain(): Promise<void>;
  /** Adds an organization with a key. The service must have run once. */
  addPartner(name: string, scopes?: readonly Scope[]): Promise<Partner>;
  /** Does what the operator may do. The service must have run once. */
  operate<T>(work: (operator: Operator) => Promise<T>): Promise<T>;
}

export interface ChildServiceOptions {
  /** Where the database is; a folder of its own by default. */
  readonly folder?: string | undefined;
  /** Variables that are not as they are by default. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

const appKeys = await generateAppKeyPair();
const clientSecret = "crash-client-secret";
const keyEnv = "test";
const newSecret = () => `1:${randomBytes(32).toString("base64")}`;
/** Above these, Linux takes ports for connections that leave: one could have ours between two starts. */
const ports = { from: 20_000, to: 32_000 };
const program = fileURLToPath(new URL("server.ts", import.meta.url));
const patienceMilliseconds = 30_000;

/** Prepares a service. It is not started yet. */
export async function createChildService({
  folder: givenFolder,
  env: changes,
}: ChildServiceOptions = {}): Promise<ChildService> {
  const folder = await mkdtemp(join(tmpdir(), "layers-crash-"));
  const databaseFile = join(givenFolder ?? folder, "layers.db");
  const url = `http://127.0.0.1:${await freePort()}`;
  const sandbox = await startGitHubSandbox({
    port: 0,
    app: {
      publicKey: appKeys.publicKey,
      clientSecret,
      setupUrl: `${url}/github/app/callback`,
      callbackUrls: [`${url}/github/app/oauth`],
    },
  });
  const peppers = newSecret();
  const env = {
    PATH: process.env["PATH"],
    NODE_COMPILE_CACHE: join(tmpdir(), "layers-crash-compile-cache"),
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    DATABASE_URL: `file:${databaseFile}`,
    KEY_ENV: keyEnv,
    KEY_PEPPERS: peppers,
    ENCRYPTION_KEYS: newSecret(),
    GITHUB_APP_ID: String(sandbox.app.id),
    GITHUB_APP_SLUG: sandbox.app.slug,
    GITHUB_APP_CLIENT_ID: sandbox.app.clientId,
    GITHUB_APP_CLIENT_SECRET: clientSecret,
    GITHUB_APP_PRIVATE_KEY: appKeys.privateKey,
    GITHUB_WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_WEB_URL: sandbox.url,
    LOG_LEVEL: "silent",
    ...changes,
  };
  let child: ChildProcess | undefined;

  async function says(probe: string): Promise<boolean> {
    const response = await fetch(url + probe).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    return response?.status === 200;
  }

  async function kill(): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  const operate: ChildService["operate"] = async (work) => {
    const store = openSqlite({ file: databaseFile });
    const digests = createKeyDigests(parseVersionedSecrets(peppers));
    try {
      return await work(createOperator({ store, digests, keyEnv, clock: systemClock }));
    } finally {
      await store.close();
    }
  };

  return {
    url,
    sandbox,
    databaseFile,
    isReady: () => says("/readyz"),
    kill,
    get pid() {
      return child?.pid ?? 0;
    },
    async start(probe = "/readyz") {
      const startedAt = performance.now();
      child = spawn(process.execPath, [program], {
        env,
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      while (!(await says(probe))) {
        if (child.exitCode !== null) throw new Error(`The service exited: ${child.exitCode}.`);
        if (performance.now() - startedAt > patienceMilliseconds)
          throw new Error("The service is not ready.");
        await sleep(10);
      }
      return performance.now() - startedAt;
    },
    async maintain() {
      if (!child) throw new Error("The service does not run.");
      const told = once(child, "message");
      child.send("maintain");
      const [message] = (await told) as [unknown];
      if (message !== "maintained") throw new Error(String(message));
    },
    operate,
    addPartner: (name, scopes = ["github:admin", "github:token"]) =>
      operate(async (operator) => {
        const { id } = await operator.createOrganization(name);
        const { apiKeyId, text } = await operator.createKey({
          organizationId: id,
          name,
          scopes,
          tier: "unlimited",
          allowedReturnDomains: [new URL(returnUrl).host],
        });
        return { organizationId: id, apiKeyId, key: text };
      }),
    async [Symbol.asyncDispose]() {
      await kill();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ports.from, ports.to);
    const reserved = await reservePort({ host: "127.0.0.1", port }).catch(() => undefined);
    await reserved?.[Symbol.asyncDispose]();
    if (reserved) return port;
  }
}
