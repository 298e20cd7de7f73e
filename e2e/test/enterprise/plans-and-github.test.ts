import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  addPlanner,
  changesAt,
  createPlanner,
  organization,
  type Planned,
  type Planner,
  selected,
  startPlanned,
  wanted,
} from "../../src/plans.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { githubCallsDuring } from "../../src/upstream.ts";

vi.setConfig({ testTimeout: 30_000 });

let planned: Planned;
let planner: Planner;
const start = async (changes?: Parameters<typeof startPlanned>[0]) => {
  planned = await startPlanned(changes);
  planner = createPlanner(planned);
};
beforeEach(() => start());
afterEach(() => planned.connector[Symbol.asyncDispose]());

const ended = (id: string) =>
  expect.poll(async () => (await planner.read(id)).status, { timeout: 30_000 });

describe("toward GitHub a plan", () => {
  test("makes one change at a time, with the pause between any two", async () => {
    await planned.connector[Symbol.asyncDispose]();
    await start({ organizations: 5, mutationPauseMilliseconds: 250 });
    const { connector } = planned;
    connector.work();
    const installations = [1, 2, 3, 4, 5].map((number) => selected(number, "repository-1"));
    const { id } = await planner.plan({ installations });
    expect((await planner.applied(id)).status).toBe("applied");
    const times = connector.sandbox
      .requests()
      .filter(({ method, path }) => method === "POST" && path.endsWith("/installations"))
      .map(({ time }) => Date.parse(time));
    expect(times).toHaveLength(5);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(249);
  });

  test("is silent for as long as GitHub asks, and then goes on as if nothing had been", async () => {
    const { connector } = planned;
    connector.work();
    const { id } = await planner.plan({ installations: [wanted(1, "all"), wanted(2, "all")] });
    connector.sandbox.fault({
      kind: "secondary-limit",
      retryAfter: 2,
      times: 1,
      match: { method: "POST", path: "/enterprises/*/big-corp-2/installations" },
    });
    const applied = await planner.applied(id);
    expect(applied.status).toBe("applied");
    expect(await planner.readJob(applied.jobId ?? "")).toMatchObject({ attempts: 1 });
    expect(changesAt(connector)).toHaveLength(2);
  });

  test("tries again when GitHub does not answer, and does nothing twice", async () => {
    const { connector } = planned;
    connector.work();
    const { id } = await planner.plan({ installations: [wanted(1, "all"), wanted(2, "all")] });
    connector.sandbox.fault({
      kind: "status",
      status: 502,
      times: 1,
      match: { method: "GET", path: "/enterprises/*/big-corp-2/installations" },
    });
    connector.sandbox.fault({
      kind: "reset",
      times: 1,
      match: { method: "POST", path: "/enterprises/*/big-corp-2/installations" },
    });
    const { id: jobId } = await planner.apply(id);
    const isWaiting = async () => {
      const job = await planner.readJob(jobId);
      return job.status === "waiting" && job.attempts > 0;
    };
    await expect.poll(isWaiting, { timeout: 20_000, interval: 20 }).toBe(true);
    connector.advance(7);
    await ended(id).toBe("applied");
    expect(changesAt(connector)).toHaveLength(2);
  });

  test("waits while an older plan of the same enterprise is at work, whoever's it is", async () => {
    await planned.connector[Symbol.asyncDispose]();
    await start({ organizations: 6, mutationPauseMilliseconds: 200 });
    const { connector } = planned;
    const second = createPlanner({ connector, ...(await addPlanner(connector)) });
    const older = await planner.plan({
      installations: [1, 2, 3].map((each) => wanted(each, "all")),
    });
    const younger = await second.plan({
      installations: [4, 5, 6].map((each) => wanted(each, "all")),
    });
    await planner.apply(older.id);
    await second.apply(younger.id);
    connector.work();
    await ended(older.id).toBe("applied");
    const status = async () => (await second.read(younger.id)).status;
    await expect.poll(status, { timeout: 20_000 }).toBe("applied");
    expect(changesAt(connector).map((change) => change.split(" ")[1])).toEqual(
      [1, 2, 3, 4, 5, 6].map(organization),
    );
  });

  test("shows as failed when its job was given up, and goes on when the operator lets it", async () => {
    const { connector } = planned;
    const { id } = await planner.plan({ installations: [wanted(1, "all")] });
    const { id: jobId } = await planner.apply(id);
    const now = Date.now() * 1000 + 60_000_000;
    const claim = { slots: 1, perOrganization: 5, leasedUntil: now + 1 };
    const [lease] = await connector.store.jobs.claim(claim, now);
    await connector.store.jobs.bury({ id: jobId, fence: lease?.fence ?? 0 }, "no luck", now);
    expect(await planner.read(id)).toMatchObject({ status: "failed" });
    expect(await planner.readJob(jobId)).toMatchObject({ status: "failed" });
    await connector.operator.retryJob(jobId);
    connector.work();
    await ended(id).toBe("applied");
  });
});

test("a plan of which one look is refused is refused, and looks no further", async () => {
  await planned.connector[Symbol.asyncDispose]();
  await start({ organizations: 40 });
  const { connector } = planned;
  const match = { path: "/enterprises/*/installations" };
  connector.sandbox.fault({ kind: "status", status: 403, times: 1, match });
  const installations = Array.from({ length: 40 }, (_, each) => wanted(each + 1, "all"));
  const input = { enterprise: "big-corp", installations };
  const calls = await githubCallsDuring(connector, async () => {
    expectRefusal(await planner.call("enterprise.plan", input), "FORBIDDEN");
    await sleep(500);
  });
  expect(calls.length).toBeLessThan(20);
});
