// Runs a repository task on any machine with Node >= 18: installs everything with the pinned pnpm,
// puts the bundled Node 24 and the tools first in PATH, and hands over to the task.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packageManager, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const parent = process.ppid;
const minimumNode = engines.node.replace(">=", "");

/**
 * Each task is a list of commands, run one after the other; arguments go to the last one. Words like
 * NAME=value before a command set its environment, unless that has the name already.
 */
const tasks = {
  start: [["node", "apps/standalone/src/main.ts"]],
  demo: [["node", "examples/demo/src/main.ts"]],
  ladmin: [["node", "apps/ladmin/src/main.ts"]],
  sandbox: [["node", "packages/github-sandbox/src/main.ts"]],
  bench: [["node", "bench/src/main.ts"]],
  format: [["biome", "check", "--write", "."]],
  check: [
    ["biome", "check", "."],
    ["oxlint", "--type-aware", "."],
    ["pnpm", "exec", "turbo", "run", "typecheck", "--output-logs=errors-only"],
    ["pnpm", "exec", "turbo", "boundaries"],
    ["knip"],
  ],
  build: [["pnpm", "exec", "turbo", "run", "build"]],
  test: [
    ["pnpm", "exec", "turbo", "run", "typecheck", "--output-logs=errors-only"],
    // Vitest's own five seconds are reached by good tests where everything is busy.
    ["vitest", "run", "--testTimeout=30000", "--hookTimeout=30000"],
  ],
  "test:crash": [
    [
      "CRASH_RUNS=100",
      "WEBHOOK_KILLS=200",
      "PLAN_KILLS=10",
      "PLAN_ORGANIZATIONS=50",
      "vitest",
      "run",
      "--project",
      "@layers/e2e",
      "e2e/test/crash/",
    ],
  ],
  "test:soak": [
    ["MODEL_RUNS=20000", "vitest", "run", "--project", "@layers/e2e", "e2e/test/model/"],
    [
      "TIMING_SAMPLES=100000",
      "SOAK_MINUTES=10",
      "vitest",
      "run",
      "--project",
      "@layers/e2e",
      "e2e/test/soak/",
    ],
  ],
};

const pnpm = ["npx", "--prefer-offline", "-y", packageManager];

function fail(message) {
  console.error(message);
  process.exit(1);
}

function atLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.replace(/^v/, "").split(".").map(Number));
  const different = a.findIndex((part, index) => part !== b[index]);
  return different === -1 || a[different] > b[different];
}

function install() {
  const [command, ...args] = [...pnpm, "install", "--frozen-lockfile", "--prefer-offline"];
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) fail(`The install failed:\n${stdout ?? ""}${stderr ?? ""}`);
}

function environment() {
  const bundled = join(root, `node_modules/node-${process.platform}-${process.arch}/bin`);
  const bins = [join(root, "node_modules/.bin")];
  if (!atLeast(process.version, minimumNode)) {
    if (!existsSync(bundled))
      fail(
        `This needs Node ${minimumNode} or newer (found ${process.version}): https://nodejs.org`,
      );
    bins.unshift(bundled);
  }
  const path = [...bins, process.env.PATH].join(delimiter);
  return {
    // A third less to do at each start.
    NODE_COMPILE_CACHE: join(root, "node_modules/.cache/node"),
    ...process.env,
    PATH: path,
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
  };
}

/** Runs one command to its end; stops it when we are told to stop or when npm, our parent, is gone. */
function run(words, inherited) {
  const settings = words.slice(
    0,
    words.findIndex((word) => !/^[A-Z_]+=/.test(word)),
  );
  const [name, ...args] = words.slice(settings.length);
  const env = { ...Object.fromEntries(settings.map((word) => word.split("="))), ...inherited };
  const [command, ...rest] = name === "pnpm" ? [...pnpm, ...args] : [name, ...args];
  return new Promise((resolve) => {
    const child = spawn(command, rest, { cwd: root, env, stdio: "inherit" });
    let told = false;
    const stop = (signal) => {
      told = true;
      child.kill(signal);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    const watch = setInterval(() => process.ppid !== parent && !told && stop("SIGTERM"), 500);
    child.on("error", (error) => fail(`${name} could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      process.off("SIGTERM", stop).off("SIGINT", stop);
      resolve(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1));
    });
  });
}

const [task, ...args] = process.argv.slice(2);
const commands = tasks[task];
if (!commands) fail(`Unknown task "${task}". Tasks: ${Object.keys(tasks).join(", ")}`);
install();
const env = environment();
for (const [index, command] of commands.entries()) {
  const last = index === commands.length - 1;
  const status = await run(last ? [...command, ...args] : command, env);
  if (status !== 0) process.exit(status);
}
