import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { Layers } from "@layers/client";
import { createBrowser } from "@layers/github-sandbox/browser";
import { type StandaloneFile, startStandalone } from "@layers/standalone";
import { vi } from "vitest";

/** Every run starts a process, which takes long where everything is busy. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export const program = join(import.meta.dirname, "../src/main.ts");

/** How a program ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service that `acme-coffee` is connected to, and a user's own folder. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly file: StandaloneFile;
  readonly layers: Layers;
  /** Runs a program as a user would who has the helper in the PATH and the key in the environment. */
  run(command: readonly string[], input?: string, env?: NodeJS.ProcessEnv): Promise<Run>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "git-credential-layers-"));
  const standalone = await startStandalone({
    DATA_DIR: join(folder, "data"),
    PORT: "0",
    PARTNER_PORT: "0",
    GITHUB_SANDBOX_PORT: "0",
    LOG_LEVEL: "silent",
  });
  const file = standalone.development?.file;
  if (!file) throw new Error("Expected a service with development keys.");
  const layers = new Layers({ apiKey: file.keys.admin, baseUrl: file.baseUrl });
  await connectAcme(layers, file);
  const PATH = [installProgram(folder), dirname(process.execPath), process.env["PATH"]];
  const home = {
    PATH: PATH.join(delimiter),
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LAYERS_API_KEY: file.keys.admin,
  };
  return {
    folder,
    file,
    layers,
    run: (command, input, env) => runProgram(command, { ...home, ...env }, input),
    async [Symbol.asyncDispose]() {
      await standalone[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** By the name under which git looks for `helper = layers`. */
function installProgram(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(program, join(bin, "git-credential-layers"));
  return bin;
}

async function connectAcme(layers: Layers, { returnUrl }: StandaloneFile): Promise<void> {
  const { authUrl, state } = await layers.github.installUrl({ returnUrl });
  const browser = createBrowser({ stopAt: (url) => url.href.startsWith(returnUrl) });
  await browser.visit(authUrl);
  await browser.click("octo-admin");
  await browser.click("acme-coffee");
  browser.choose("All repositories");
  for (const button of ["Install", "Authorize", "Connect acme-coffee"]) await browser.click(button);
  const installationId = Number(new URL(browser.url).searchParams.get("installation_id"));
  await layers.github.registerInstallation({ installationId, state });
}

async function runProgram(
  [name = "", ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  input = "",
): Promise<Run> {
  const child = spawn(name, args, { env });
  // It may end without reading.
  child.stdin.on("error", () => undefined).end(input);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** Writes the user's own configuration of git. */
export const writeGitConfig = (folder: string, config: string): void =>
  writeFileSync(join(folder, ".gitconfig"), config);
