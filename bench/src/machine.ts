import { cpus, totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { pinning } from "./pinning.ts";

/** Where the figures come from. */
export const machine = (): string => {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} × ${cores[0]?.model.trim()}, ${memory} GiB, ${process.platform}, Node ${process.version}, ${pinning}`;
};

/** The share of the machine that is in use while we do nothing, over a second. */
export async function shareInUse(): Promise<number> {
  const before = times();
  await delay(1000);
  const after = times();
  return 1 - (after.idle - before.idle) / (after.total - before.total);
}

function times(): { readonly idle: number; readonly total: number } {
  let idle = 0;
  let total = 0;
  for (const { times: of } of cpus()) {
    idle += of.idle;
    total += of.user + of.nice + of.sys + of.irq + of.idle;
  }
  return { idle, total };
}
