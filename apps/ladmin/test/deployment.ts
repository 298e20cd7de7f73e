import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { openService, readEnv, type Service } from "@layers/api";
import { systemClock } from "@layers/api/admin";
import { type GitHubSandbox, generateAppKeyPair, startGitHubSandbox } from "@layers/github-sandbox";
import type { Store } from "@layers/storage";
import { vi } from "vitest";
import { run as runProgram } from "../src/run.ts";
import type { Terminal } from "../src/terminal/terminal.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Every run starts a process, which takes long where everything is busy. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Each run is a new process: what it compiles is kept for the next one. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));

export type Environment = Readonly<Record<string, string>>;

/** How a run of the program ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The document on stdout. */
  readonly json: () => Printed;
}

/** Fields of the documents, each of which is in some. */
export interface Printed {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly key: string;
  readonly keptAs: string | null;
  readonly healthy: boolean;
  readonly items: readonly { readonly id: string }[];
  readonly checks: readonly { readonly check: string; readonly status: string }[];
}

/** Runs the program as a process of its own, away from any terminal. */
export async function run(env: Environment, args: readonly string[]): Promise<Run> {
  const child = start(env, args);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}

export const start = (env: Environment, args: readonly string[]) =>
  spawn(process.execPath, [main, ...args], {
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Runs the program in this process, which is quicker. */
export async function runHere(env: Environment, args: readonly string[]): Promise<Run> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const streams = { stdin, stdout, stderr } as unknown as Pick<
    Terminal,
    "stdin" | "stdout" | "stderr"
  >;
  const code = await runProgram(args, { env, clock: systemClock, ...streams });
  const printed = await Promise.all([stdout, stderr].map((stream) => text(stream.end())));
  const [out = "", err = ""] = printed;
  return { code, stdout: out, stderr: err, json: () => JSON.parse(out) };
}

/** A service that runs on a database of its own, and the program beside it. */
export interface Deployment extends AsyncDisposable {
  readonly folder: string;
  readonly databaseFile: string;
  /** What the program needs. */
  readonly env: Environment;
  /** What the service was started with. */
  readonly fullEnv: Environment;
  readonly store: Store;
  readonly ladmin: (...args: string[]) => Promise<Run>;
  /** As `ladmin`, in this process. */
  readonly here: (...args: string[]) => Promise<Run>;
  /** As `here`, for what must succeed; returns stdout without its line end. */
  readonly done: (...args: string[]) => Promise<string>;
  /** Whether the running service accepts a key. */
  accepts(key: string): Promise<boolean>;
  /** Lets the service go away; the database stays. */
  stopService(): Promise<void>;
}

const appKeys = await generateAppKeyPair();
const secret = () => `1:${randomBytes(32).toString("base64")}`;

/** Starts a service, with the App of a stand-in GitHub or with one that is nowhere. */
export async function deploy(sandbox?: GitHubSandbox): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), "ladmin-"));
  const databaseFile = join(folder, "layers.db");
  const env = {
    DATABASE_URL: `file:${databaseFile}`,
    KEY_ENV: "live",
    KEY_PEPPERS: secret(),
    ENCRYPTION_KEYS: secret(),
  };
  const full = { ...env, ...appEnvironment(sandbox), LOG_LEVEL: "silent" };
  const service = await openService(readEnv(full));
  // In one process, who waits for the other's lock keeps the other from giving it back.
  const { endings } = service.worker;
  await vi.waitUntil(() => endings.done + endings.dead + endings.failed >= 2, { timeout: 30_000 });
  let stopped: Promise<void> | undefined;
  const stopService = () => (stopped ??= service.close());
  const ladmin = (...args: string[]) => run(sandbox ? full : env, args);
  const here = (...args: string[]) => runHere(sandbox ? full : env, args);
  return {
    folder,
    databaseFile,
    env,
    fullEnv: full,
    store: service.store,
    ladmin,
    here,
    async done(...args) {
      const { code, stdout, stderr } = await here(...args);
      if (code !== 0) throw new Error(`ladmin ${args.join(" ")} ended with ${code}: ${stderr}`);
      return stdout.trimEnd();
    },
    accepts: (key) => accepts(service, key),
    stopService,
    async [Symbol.asyncDispose]() {
      await stopService();
      await rm(folder, { recursive: true });
    },
  };
}

export const startSandbox = (): Promise<GitHubSandbox> =>
  startGitHubSandbox({ port: 0, app: { publicKey: appKeys.publicKey, clientSecret: "secret" } });

function appEnvironment(sandbox: GitHubSandbox | undefined) {
  const app = sandbox?.app ?? { id: 1, clientId: "Iv1", slug: "connector" };
  return {
    PUBLIC_URL: "http://127.0.0.1:9",
    GITHUB_APP_ID: String(app.id),
    GITHUB_APP_SLUG: app.slug,
    GITHUB_APP_CLIENT_ID: app.clientId,
    GITHUB_APP_CLIENT_SECRET: "secret",
    GITHUB_APP_PRIVATE_KEY: appKeys.privateKey,
    GITHUB_WEBHOOK_SECRET: "ladmin-webhook-secret",
    GITHUB_API_URL: sandbox?.apiUrl ?? "http://127.0.0.1:9",
    GITHUB_WEB_URL: sandbox?.url ?? "http://127.0.0.1:9",
  };
}

async function accepts({ api }: Service, key: string): Promise<boolean> {
  const outcome = await api.call({
    name: "keys.whoami",
    input: {},
    headers: { authorization: `Bearer ${key}` },
    requestId: "test",
    remoteAddress: "127.0.0.1",
  });
  return outcome.ok;
}
