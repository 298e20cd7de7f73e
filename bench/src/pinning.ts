import { spawnSync } from "node:child_process";
import { availableParallelism, platform } from "node:os";

/** Servers get the first core to themselves and the load comes from the second, where that is possible. */
const canPin =
  platform() === "linux" &&
  availableParallelism() > 1 &&
  spawnSync("taskset", ["--version"]).status === 0;

/** The command that runs Node with its arguments, on the servers' core. */
export const pinned = (args: readonly string[]): [string, string[]] =>
  canPin ? ["taskset", ["-c", "0", process.execPath, ...args]] : [process.execPath, [...args]];

/** Moves this process, which makes the load, to the other core. */
export function pinLoad(): void {
  if (canPin) spawnSync("taskset", ["-a", "-c", "-p", "1", String(process.pid)]);
}

export const pinning = canPin ? "servers on core 0, load on core 1" : "not pinned";
