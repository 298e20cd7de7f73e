import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Effort } from "./effort.ts";
import { pinned } from "./pinning.ts";
import type { World } from "./world.ts";

const run = promisify(execFile);
const limitMs = 300_000;

/** Runs a program of `probes/` by itself; returns microseconds apiece, by subject and round. */
export async function probe(
  name: string,
  { env, databaseFile, organizationId, keyId }: World,
  { rounds }: Effort,
): Promise<Record<string, number[]>> {
  const file = fileURLToPath(new URL(`probes/${name}.ts`, import.meta.url));
  const [command, args] = pinned([file]);
  const { stdout } = await run(command, args, {
    timeout: limitMs,
    env: {
      ...env,
      DATABASE_FILE: databaseFile,
      ORGANIZATION_ID: organizationId,
      KEY_ID: keyId,
      ROUNDS: String(rounds),
    },
  });
  return JSON.parse(stdout) as Record<string, number[]>;
}

/** Round by round, one subject's time over another's. */
export const timeRatios = (of: readonly number[] = [], over: readonly number[] = []): number[] =>
  of.map((value, round) => value / (over[round] ?? Number.NaN));
