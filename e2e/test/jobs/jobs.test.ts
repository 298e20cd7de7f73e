import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  createEnqueue,
  createLog,
  createWorker,
  handleJob,
  type JobHandler,
  systemClock,
} from "@layers/api";
import { openSqlite, type Store } from "@layers/storage";
import SqliteFile from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mark, openMarks } from "../../src/jobs/mark.ts";

const program = fileURLToPath(new URL("../../src/jobs/worker-program.ts", import.meta.url));

let folder: string;
let store: Store;
let children: ChildProcess[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layers-jobs-"));
  store = openSqlite({ file: queueFile() });
  await store.migrate();
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await store.close();
  rmSync(folder, { recursive: true });
});

const queueFile = () => join(folder, "layers.db");
const marksFile = () => join(folder, "marks.db");
const enqueue = createEnqueue(systemClock);

const enqueueMarks = (count: number, organizationOf: (each: number) => string) =>
  store.transaction(async (tx) => {
    for (let each = 0; each < count; each++) {
      const request = { payload: { name: `${each}` }, organizationId: organizationOf(each) };
      await enqueue(tx, mark, request);
    }
  });

function startProcess(milliseconds: number, leaseSeconds = 1): ChildProcess {
  const args = [queueFile(), marksFile(), `${milliseconds}`, `${leaseSeconds}`];
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const left = async () => {
  const { waiting, running } = await store.jobs.measure(systemClock());
  return waiting + running;
};

const work = (handlers: readonly JobHandler[], slots: number) =>
  createWorker({
    store,
    clock: systemClock,
    random: Math.random,
    log: createLog("silent"),
    handlers,
    options: { slots },
  });

function insertCompleted(count: number): void {
  const database = new SqliteFile(queueFile());
  database
    .prepare(
      `insert into "jobs"
       with recursive "n" ("i") as (select 1 union all select "i" + 1 from "n" where "i" < ?)
       select 'job_done_' || "i", 'mark', 'org_' || ("i" % 40), 1, null, '{}', 'done', 1, 1, 1, 1,
         null, 1, 1, null, 1, ? from "n"`,
    )
    .run(count, systemClock());
  database.close();
}

const percentile = (values: readonly number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? 0;

test("R-20: sixteen workers do twenty thousand jobs, each once", async () => {
  const count = 20_000;
  await enqueueMarks(count, (each) => `org_${each % 100}`);
  const runs = new Map<string, number>();
  const handler = handleJob(mark, async ({ id }) => {
    runs.set(id, (runs.get(id) ?? 0) + 1);
  });
  const workers = Array.from({ length: 16 }, () => work([handler], 16));
  const startedAt = performance.now();
  for (const worker of workers) worker.start();
  await expect.poll(left, { timeout: 240_000, interval: 100 }).toBe(0);
  const seconds = (performance.now() - startedAt) / 1000;
  for (const worker of workers) await worker.stop(1000);
  console.log(`R-20: ${count} jobs in ${seconds.toFixed(1)} s: ${(count / seconds).toFixed(0)}/s.`);
  expect(runs.size).toBe(count);
  expect([...runs.values()].filter((times) => times !== 1)).toEqual([]);
  expect(workers.reduce((sum, { endings }) => sum + endings.done, 0)).toBe(count);
}, 300_000);

test("R-20: two processes on one file share its jobs, and each is done once", async () => {
  using marks = openMarks(marksFile(), async () => undefined);
  const both = [startProcess(2, 60), startProcess(2, 60)];
  await Promise.all(both.map((child) => once(child, "message")));
  await enqueueMarks(400, (each) => `org_${each % 20}`);
  await expect.poll(left, { timeout: 60_000 }).toBe(0);
  expect(marks.list()).toHaveLength(400);
  expect(marks.countRuns()).toBe(400);
  expect(new Set(marks.pids())).toEqual(new Set(both.map(({ pid }) => pid)));
}, 90_000);

test("R-21: a worker killed after the effect and before its word leaves the effect once", async () => {
  using marks = openMarks(marksFile(), async () => undefined);
  await enqueueMarks(60, (each) => `org_${each % 12}`);
  // This one never says that a job is done: all that it began is begun again.
  const mute = startProcess(3_600_000);
  await expect.poll(() => marks.list().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(16);
  await kill(mute);
  let kills = 0;
  for (; kills < 4 && (await left()) > 0; kills += 1) {
    const child = startProcess(30);
    await sleep(400 + Math.random() * 300);
    await kill(child);
  }
  startProcess(0);
  await expect.poll(left, { timeout: 30_000 }).toBe(0);
  const repeated = marks.countRuns() - 60;
  console.log(`R-21: ${kills + 1} kills; ${repeated} of 60 jobs were begun again.`);
  expect(marks.list()).toHaveLength(60);
  expect(repeated).toBeGreaterThanOrEqual(16);
}, 90_000);

test("R-22: an organization with 100,000 jobs does not delay another's", async () => {
  await enqueueMarks(100_000, () => "org_big");
  const done = new Map<string, number>();
  const handler = handleJob(mark, async ({ organizationId, payload: { name } }) => {
    await sleep(5);
    if (organizationId === "org_small") done.set(name, performance.now());
  });
  // As few slots as the big one could take alone.
  const worker = work([handler], 5);
  worker.start();
  const waits: number[] = [];
  for (let each = 0; each < 50; each++) {
    const name = `small ${each}`;
    const askedAt = performance.now();
    await store.transaction((tx) =>
      enqueue(tx, mark, { payload: { name }, organizationId: "org_small" }),
    );
    await expect.poll(() => done.has(name), { timeout: 20_000, interval: 2 }).toBe(true);
    waits.push((done.get(name) ?? 0) - askedAt);
  }
  await worker.stop(1000);
  console.log(
    `R-22: the other organization waited ${percentile(waits, 0.5).toFixed(0)} ms (p50), ${percentile(waits, 0.99).toFixed(0)} ms (p99), while ${worker.endings.done - 50} jobs of the big one were done.`,
  );
  expect(percentile(waits, 0.99)).toBeLessThan(1000);
  // In order of arrival it would have waited for all of them.
  expect(worker.endings.done).toBeLessThan(20_000);
  expect(worker.endings.done).toBeGreaterThan(50);
}, 120_000);

test("R-23: a great many completed jobs do not slow down who looks for the next one", async () => {
  const completed = Number(process.env["COMPLETED_JOBS"] ?? 200_000);
  const claims = async () => {
    await enqueueMarks(200, (each) => `org_${each % 40}`);
    const times: number[] = [];
    for (let each = 0; each < 200; each++) {
      const [startedAt, now] = [performance.now(), systemClock()];
      const claim = { slots: 1, perOrganization: 5, leasedUntil: now + 60_000_000 };
      const jobs = await store.jobs.claim(claim, now);
      times.push(performance.now() - startedAt);
      await store.jobs.complete(
        jobs.map((job) => ({ ...job, keep: false })),
        now,
      );
    }
    return percentile(times, 0.99);
  };
  const before = await claims();
  insertCompleted(completed);
  const after = await claims();
  console.log(
    `R-23: a claim took ${before.toFixed(2)} ms (p99) with no completed job and ${after.toFixed(2)} ms with ${completed}.`,
  );
  expect(await left()).toBe(0);
}, 600_000);
