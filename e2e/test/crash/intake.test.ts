import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChildService, createChildService } from "../../src/crash/child-service.ts";
import { openDatabase } from "../../src/database.ts";
import { deliver, installationEvent, signDelivery } from "../../src/webhooks/sign.ts";

const runs = Number(process.env["WEBHOOK_KILLS"] ?? 10);
const senders = 50;
const longestMilliseconds = 400;

let service: ChildService;
beforeAll(async () => {
  service = await createChildService();
}, 60_000);
afterAll(() => service[Symbol.asyncDispose]());

let nextInstallation = 1;

/** Sends one after the other until the service dies, and returns what was acknowledged. */
async function sendUntilItDies(): Promise<string[]> {
  const acknowledged: string[] = [];
  for (;;) {
    // Nobody's: the job has nothing to write.
    const payload = installationEvent("suspend", nextInstallation++);
    const { guid, ...delivery } = signDelivery({ event: "installation", payload });
    const status = await deliver(service.url, delivery).catch(() => undefined);
    if (status === undefined) return acknowledged;
    expect(status).toBe(202);
    acknowledged.push(guid);
  }
}

interface Kept {
  readonly guids: ReadonlySet<string>;
  /** Deliveries of which neither a job is there nor one was done, and jobs of which no delivery is there. */
  readonly halves: number;
  readonly integrity: unknown;
}

function readKept(): Kept {
  const database = openDatabase(service);
  const guids = database
    .prepare<[], string>(`select "guid" from "webhookDeliveries"`)
    .pluck()
    .all();
  const halves = database
    .prepare<[], number>(
      `select (select count(*) from "jobs" where "kind" like 'webhook.%' and not exists
          (select 1 from "webhookDeliveries" where "jobId" = "jobs"."id"))
        + (select count(*) from "webhookDeliveries" where "jobId" is null)`,
    )
    .pluck()
    .get();
  const integrity = database.pragma("integrity_check", { simple: true });
  database.close();
  return { guids: new Set(guids), halves: halves ?? 0, integrity };
}

test(
  `W-10 I5: killed ${runs} times while ${senders} senders wait, no acknowledged delivery is lost`,
  async () => {
    const all: string[] = [];
    for (let run = 0; run < runs; run += 1) {
      await service.start();
      const sending = Array.from({ length: senders }, sendUntilItDies);
      await sleep(50 + Math.random() * longestMilliseconds);
      await service.kill();
      all.push(...(await Promise.all(sending)).flat());
      const kept = readKept();
      expect(all.filter((guid) => !kept.guids.has(guid))).toEqual([]);
      expect([kept.halves, kept.integrity]).toEqual([0, "ok"]);
    }
    expect(all.length).toBeGreaterThan(runs);
    await service.start();
    await expect.poll(countOpenJobs, { timeout: 120_000, interval: 200 }).toBe(0);
    console.log(
      `W-10: ${runs} kills; ${all.length} deliveries acknowledged, 0 missing, 0 half written; every job done.`,
    );
  },
  120_000 + runs * 20_000,
);

/** Jobs that are neither done, and therefore gone, nor given up. */
function countOpenJobs(): number {
  const database = openDatabase(service);
  const count = database
    .prepare<[], number>(`select count(*) from "jobs" where "status" in ('waiting', 'running')`)
    .pluck()
    .get();
  database.close();
  return count ?? 0;
}
