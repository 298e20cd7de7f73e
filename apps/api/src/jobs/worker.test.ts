import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type Store } from "@layers/storage";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Clock, seconds, systemClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { GivenUp, handleJob, type JobHandler, type JobRun, Postponed } from "./job-handler.ts";
import { createEnqueue, type JobKind, type JobRequest } from "./job-kind.ts";
import { retryDelay, standardDelays } from "./retry-delay.ts";
import { createWorker, type Worker, type WorkerDeps, type WorkerOptions } from "./worker.ts";

const Greeting = z.strictObject({ name: z.string() });
type Greeting = z.infer<typeof Greeting>;
const greet: JobKind<Greeting> = { name: "greet", payload: Greeting };
const kept: JobKind<Greeting> = { ...greet, name: "greet-and-tell", keep: true };
const hasty: JobKind<Greeting> = { ...greet, name: "greet-hastily", retryDelays: [0, 0] };

let folder: string;
let store: Store;
let workers: Worker[];
let offset: number;
const clock: Clock = () => systemClock() + offset;
const lines: string[] = [];
const write = (fields: object, message: string) => {
  lines.push(`${message} ${JSON.stringify(fields)}`);
};
const log: Log = { debug() {}, info: write, warn: write, error: write };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layers-jobs-"));
  store = openSqlite({ file: join(folder, "layers.db") });
  await store.migrate();
  workers = [];
  offset = 0;
  lines.length = 0;
});
afterEach(async () => {
  for (const worker of workers) await worker.stop(0);
  await store.close();
  rmSync(folder, { recursive: true });
});

type Changes = Partial<WorkerOptions & Pick<WorkerDeps, "clock" | "schedules">>;

function work(handlers: JobHandler[], changes: Changes = {}): void {
  const { clock: itsClock = clock, schedules = [], ...options } = changes;
  const worker = createWorker({
    store,
    clock: itsClock,
    random: () => 0.5,
    log,
    handlers,
    schedules,
    options: { pollMilliseconds: 5, ...options },
  });
  workers.push(worker);
  worker.start();
}

const ask = <P>(kind: JobKind<P>, request: JobRequest<P>) =>
  store.transaction((tx) => createEnqueue(clock)(tx, kind, request));
const payload = { name: "Ada" };
const status = async (id: string) => (await store.jobs.find(id))?.status;
const until = <T>(read: () => T) => expect.poll(read, { timeout: 5000, interval: 5 });

describe("a worker", () => {
  test("hands a job's payload to the handler of its kind, and removes the job", async () => {
    const names: string[] = [];
    work([handleJob(greet, async (job) => void names.push(job.payload.name))]);
    const id = await ask(greet, { payload });
    expect(id).toMatch(/^job_[0-9A-HJKMNP-TV-Z]{26}$/);
    await until(() => names).toEqual(["Ada"]);
    await until(() => store.jobs.find(id)).toBeUndefined();
  });

  test("keeps a job that is to be looked up, with how far it came", async () => {
    work([handleJob(kept, (job) => job.progress(2, 2))]);
    const id = await ask(kept, { payload });
    await until(() => status(id)).toBe("done");
    expect(await store.jobs.find(id)).toMatchObject({ stepsDone: 2, stepsTotal: 2 });
    await until(() => workers[0]?.endings.done).toBe(1);
  });

  test("W-07: tries as often as the kind says, then gives up, and replayed it succeeds once", async () => {
    let tries = 0;
    let isMended = false;
    work([
      handleJob(hasty, async () => {
        tries += 1;
        if (!isMended) throw new Error("no luck with ghs_abcdefghijklmnopqrstuvwxyz0123456789");
      }),
    ]);
    const id = await ask(hasty, { payload });
    await until(() => status(id)).toBe("dead");
    expect(tries).toBe(3);
    expect(await store.jobs.find(id)).toMatchObject({
      lastError: "Error: no luck with [redacted]",
      attempts: 3,
    });
    expect(lines.filter((line) => line.startsWith("job given up"))).toHaveLength(1);
    isMended = true;
    await store.jobs.replay(id, clock());
    await until(() => status(id)).toBeUndefined();
    expect(tries).toBe(4);
    expect(workers[0]?.endings).toMatchObject({ failed: 2, dead: 1, done: 1 });
  });

  test("W-07: waits 5 s, 30 s, 5 min, 30 min, 2 h, 5 h and 10 h, a fifth more or less", () => {
    const waits = standardDelays.map((_, index) => [
      retryDelay(index + 1, () => 0) / seconds(1),
      retryDelay(index + 1, () => 1) / seconds(1),
    ]);
    expect(waits).toEqual([
      [4, 6],
      [24, 36],
      [240, 360],
      [1440, 2160],
      [5760, 8640],
      [14_400, 21_600],
      [28_800, 43_200],
    ]);
  });

  test("gives up at once what no try can mend: a refusal, and a payload that its kind refuses", async () => {
    let tries = 0;
    work([
      handleJob(kept, async () => {
        tries += 1;
        throw new GivenUp("The plan is gone.");
      }),
      handleJob({ ...kept, name: greet.name, payload: z.strictObject({ age: z.int() }) }, () =>
        Promise.reject(new Error("not reached")),
      ),
    ]);
    const ids = [await ask(kept, { payload }), await ask(greet, { payload })];
    for (const id of ids) await until(() => status(id)).toBe("dead");
    expect(tries).toBe(1);
    const reasons = await Promise.all(
      ids.map(async (id) => (await store.jobs.find(id))?.lastError),
    );
    expect(reasons).toEqual(["GivenUp: The plan is gone.", "The payload is not valid."]);
  });

  test("refuses a payload that its kind refuses before it is stored", async () => {
    const wrong = { name: 7 } as unknown as Greeting;
    await expect(ask(greet, { payload: wrong })).rejects.toThrow("expected string");
    expect(await store.jobs.list({}, 9)).toEqual([]);
  });

  test("goes on later with a job that says so, and counts no try", async () => {
    let runs = 0;
    work([
      handleJob(hasty, async () => {
        runs += 1;
        if (runs <= 10) throw new Postponed(clock());
      }),
    ]);
    const id = await ask(hasty, { payload });
    await until(() => status(id)).toBeUndefined();
    expect(runs).toBe(11);
  });

  test("waits with a job that nobody here knows how to do", async () => {
    work([]);
    const id = await ask(greet, { payload });
    await until(async () => (await store.jobs.find(id))?.lastError).toBe(
      "Error: Nobody does jobs of kind greet.",
    );
    expect(await store.jobs.find(id)).toMatchObject({ status: "waiting", attempts: 1 });
  });
});

/** Keeps a job under way until it is told to end, or is stopped. */
function stuck(kind: JobKind<Greeting>) {
  const begun: JobRun<Greeting>[] = [];
  const gate = Promise.withResolvers<void>();
  const handler = handleJob(kind, async (job) => {
    begun.push(job);
    const stopped = new Promise((_, reject) => {
      job.signal.addEventListener("abort", () => reject(new Error("stopped")));
    });
    await Promise.race([gate.promise, stopped]);
  });
  return { handler, begun, end: () => gate.resolve() };
}

describe("a lease", () => {
  test("is held for as long as the work takes", async () => {
    const { handler, begun, end } = stuck(kept);
    const options = { leaseSeconds: 0.3 };
    work([handler], options);
    work([handler], options);
    const id = await ask(kept, { payload });
    await until(() => begun.length).toBe(1);
    const soon = systemClock() + seconds(1.2);
    await until(() => systemClock() > soon).toBe(true);
    expect(begun).toHaveLength(1);
    end();
    await until(() => status(id)).toBe("done");
  });

  test("R-21: that a jump of the clock ended is taken over, and the first worker can write nothing", async () => {
    const first = stuck(kept);
    const second = stuck(kept);
    work([first.handler]);
    const id = await ask(kept, { payload });
    await until(() => first.begun.length).toBe(1);
    const ahead = () => clock() + seconds(3600);
    work([second.handler], { clock: ahead });
    await until(() => second.begun.length).toBe(1);
    const [lost] = first.begun;
    await expect(lost?.progress(1, 2)).rejects.toThrow("was taken over");
    await expect(lost?.transaction(async () => "written")).rejects.toThrow("was taken over");
    first.end();
    await until(() => workers[0]?.endings.lost).toBe(1);
    expect(await status(id)).toBe("running");
    second.end();
    await until(() => status(id)).toBe("done");
  });

  test("ends when the worker stops: a handler that stops leaves its job to the next worker", async () => {
    const { handler, begun, end } = stuck(kept);
    work([handler]);
    const id = await ask(kept, { payload });
    await until(() => begun.length).toBe(1);
    await workers[0]?.stop(5000);
    expect(await store.jobs.find(id)).toMatchObject({ status: "waiting", attempts: 0 });
    end();
    work([handler]);
    await until(() => status(id)).toBe("done");
  });

  test("ends when the worker stops, also of a handler that does not", async () => {
    const gate = Promise.withResolvers<void>();
    const begun: JobRun<Greeting>[] = [];
    const deaf = handleJob(kept, async (job) => {
      begun.push(job);
      await gate.promise;
    });
    work([deaf]);
    const id = await ask(kept, { payload });
    await until(() => begun.length).toBe(1);
    await workers[0]?.stop(20);
    expect(await store.jobs.find(id)).toMatchObject({ status: "waiting", attempts: 0 });
    await expect(begun[0]?.progress(1, 1)).rejects.toThrow("was taken over");
    gate.resolve();
  });
});

describe("a clock that was put back", () => {
  test("delays no job that waited before: a worker that starts shifts their times", async () => {
    offset = seconds(3600);
    const id = await ask(kept, { payload });
    offset = 0;
    work([handleJob(kept, async () => undefined)]);
    await until(() => status(id)).toBe("done");
  });

  test("while the worker runs delays none either", async () => {
    offset = seconds(3600);
    work([handleJob(kept, async () => undefined)]);
    const before = await ask(kept, { payload });
    await until(() => status(before)).toBe("done");
    const id = await ask(kept, { payload, runAt: clock() + seconds(1) });
    offset = 0;
    await until(() => status(id)).toBe("done");
  });
});

describe("a schedule", () => {
  const sweep: JobKind<Record<string, never>> = { name: "sweep", payload: z.strictObject({}) };

  test("has its job done once in each period, however many workers there are", async () => {
    let sweeps = 0;
    const handler = handleJob(sweep, async () => {
      sweeps += 1;
    });
    const schedules = [{ kind: sweep, everySeconds: 600 }];
    for (let each = 0; each < 3; each++) work([handler], { schedules });
    await until(() => sweeps).toBe(1);
    offset = seconds(590);
    const soon = systemClock() + seconds(1.5);
    await until(() => systemClock() > soon).toBe(true);
    expect(sweeps).toBe(1);
    offset = seconds(601);
    await until(() => sweeps).toBe(2);
  });
});
