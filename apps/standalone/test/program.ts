import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StandaloneFile } from "../src/index.ts";

const main = join(import.meta.dirname, "../src/main.ts");

/** What a start compiles is kept for the next one. */
const NODE_COMPILE_CACHE = join(import.meta.dirname, "../node_modules/.cache/node");

export interface Program {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly output: () => { stdout: string; stderr: string };
  readonly exited: Promise<unknown[]>;
  /** Resolves when it says that it is ready; rejects when it ends instead. */
  readonly ready: () => Promise<StandaloneFile>;
}

/** Starts the program as `npm start` does, with these variables alone. */
export function startProgram(env: Record<string, string>): Program {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    written.stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    written.stderr += String(chunk);
  });
  return {
    child,
    exited,
    output: () => written,
    async ready() {
      while (!written.stdout.includes("ready"))
        await Promise.race([once(child.stdout, "data"), exited.then(() => fail(written.stderr))]);
      const text = await readFile(join(env["DATA_DIR"] ?? "", "standalone.json"), "utf8");
      return JSON.parse(text) as StandaloneFile;
    },
  };
}

function fail(reason: string): never {
  throw new Error(reason);
}

/** Whether nobody answers there. */
export const isGone = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    () => true,
  );
