import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingHttpHeaders } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pinned } from "./pinning.ts";

/** A program that serves HTTP on `PORT`, and the request to make of it. */
export interface Variant {
  readonly name: string;
  /** Relative to `servers/`. */
  readonly file: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a variant answers. */
export interface Answer {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A variant's process, which may not listen yet. */
export interface Launched extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts a variant in a process of its own. */
export async function launch(variant: Variant, nodeArguments: string[] = []): Promise<Launched> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const file = fileURLToPath(new URL(variant.file, new URL("servers/", import.meta.url)));
  const [command, args] = pinned([...nodeArguments, file]);
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { PORT: String(port), PUBLIC_URL: origin, NODE_ENV: "production", ...variant.env },
  });
  return {
    child,
    url: origin + variant.path,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

const startLimitMs = 20_000;

/** Asks again and again until there is an answer, which must be a 200. */
export async function firstAnswer({ child, url }: Launched, variant: Variant): Promise<Answer> {
  const deadline = performance.now() + startLimitMs;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await ask(url, variant);
    if (answer) return answer;
    await delay(1);
  }
  throw new Error(`${variant.name} does not answer.`);
}

/** Nobody listens; or somebody did for a moment, to see that the port is free. */
const notYet = new Set<string | undefined>(["ECONNREFUSED", "ECONNRESET"]);

/** Asks once, on a connection of its own; undefined when nobody listens yet. */
function ask(url: string, { name, headers = {} }: Variant): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers }, (res) => {
      text(res).then((body) => {
        if (res.statusCode === 200) resolve({ body, headers: res.headers });
        else reject(new Error(`${name}: ${res.statusCode} ${body}`));
      }, reject);
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      if (notYet.has(error.code)) resolve(undefined);
      else reject(error);
    });
  });
}

/** Above these, Linux takes ports for connections that leave: one could have ours before it is opened. */
const ports = { from: 20_000, to: 32_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ports.from, ports.to);
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await once(probe.close(), "close");
    return port;
  }
}
