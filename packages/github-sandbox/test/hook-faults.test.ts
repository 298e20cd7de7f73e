import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, jwtOf } from "./harness.ts";
import { startHooked } from "./hook-harness.ts";
import { isSigned } from "./receiver.ts";

const hooked = await startHooked();
const { sandbox, receiver, act } = hooked;
const { world } = sandbox;

beforeEach(hooked.reset);
afterAll(hooked.close);

/** So many events of one repository, in this order: `name-1`, `name-2`, … */
function rename(count: number) {
  let name = "rocket";
  for (let index = 1; index <= count; index += 1) {
    world.renameRepository(`globex/${name}`, `name-${index}`);
    name = `name-${index}`;
  }
}

const arrived = () => receiver.received.map(({ payload }) => String(payload.repository.name));
const logged = () => sandbox.deliveries().map(({ statusCode }) => statusCode);
const guids = () => receiver.received.map(({ headers }) => headers["x-github-delivery"]);

async function renamed(count: number) {
  rename(count);
  await sandbox.deliveriesSent();
  return arrived();
}

describe("A fault of the webhook", () => {
  test("loses the next deliveries without a trace", async () => {
    sandbox.faultHook({ kind: "drop", times: 2 });
    expect(await renamed(3)).toEqual(["name-3"]);
    expect(logged()).toEqual([200]);
  });

  test("loses a part of them, the same part for the same seed", async () => {
    const lossy = async (seed: number) => {
      hooked.reset();
      sandbox.faultHook({ kind: "drop", percent: 40, seed });
      return renamed(40);
    };
    const first = await lossy(7);
    expect(first.length).toBeGreaterThan(10);
    expect(first.length).toBeLessThan(38);
    expect((await lossy(7)).toSorted()).toEqual(first.toSorted());
    expect((await lossy(8)).toSorted()).not.toEqual(first.toSorted());
  });

  test("hits the events that it is meant for", async () => {
    world.install("octocat");
    sandbox.faultHook({ kind: "drop", match: { event: "installation", action: "suspend" } });
    world.suspend("octocat");
    world.unsuspend("octocat");
    await sandbox.deliveriesSent();
    expect(receiver.events()).toEqual(["installation.created", "installation.unsuspend"]);
  });

  test("writes down a failure without sending, which a redelivery mends", async () => {
    sandbox.faultHook({ kind: "fail", times: 1 });
    expect(await renamed(1)).toEqual([]);
    expect(logged()).toEqual([500]);
    const route = `POST /app/hook/deliveries/${sandbox.deliveries()[0]?.id}/attempts`;
    await api(sandbox, route, { token: await jwtOf(sandbox) });
    await sandbox.deliveriesSent();
    expect(arrived()).toEqual(["name-1"]);
    expect(logged()).toEqual([200, 500]);
  });

  test("delays a delivery, so that the next one is sooner", async () => {
    sandbox.faultHook({ kind: "delay", ms: 60, times: 1 });
    expect(await renamed(2)).toEqual(["name-2", "name-1"]);
  });

  test("doubles a delivery under one GUID and two ids", async () => {
    sandbox.faultHook({ kind: "double" });
    expect(await renamed(1)).toEqual(["name-1", "name-1"]);
    expect(new Set(guids()).size).toBe(1);
    expect(new Set(sandbox.deliveries().map(({ id }) => id)).size).toBe(2);
  });

  test("shuffles so many, in the order of its seed", async () => {
    const shuffled = async (seed: number) => {
      hooked.reset();
      sandbox.faultHook({ kind: "reorder", count: 6, seed });
      return renamed(6);
    };
    const first = await shuffled(3);
    expect(first).not.toEqual(first.toSorted());
    expect(first.toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((index) => `name-${index}`));
    expect(await shuffled(3)).toEqual(first);
    expect(await shuffled(4)).not.toEqual(first);
  });

  test("holds back until there are enough, or until somebody waits for all", async () => {
    sandbox.faultHook({ kind: "reorder", count: 3 });
    rename(2);
    await new Promise(setImmediate);
    expect(receiver.received).toEqual([]);
    await sandbox.deliveriesSent();
    expect(arrived().toSorted()).toEqual(["name-1", "name-2"]);
  });

  test("sends what it held back when it is cleared", async () => {
    sandbox.faultHook({ kind: "reorder", count: 100 });
    rename(1);
    sandbox.faultHook([]);
    while (receiver.received.length === 0) await new Promise(setImmediate);
    expect(arrived()).toEqual(["name-1"]);
  });

  test("signs with a secret that nobody has", async () => {
    sandbox.faultHook({ kind: "corrupt", times: 1 });
    await renamed(2);
    const valid = await Promise.all(receiver.received.map((delivery) => isSigned(delivery)));
    expect(valid.filter(Boolean)).toHaveLength(1);
  });

  test("comes on top of others: each of these is doubled, and all are shuffled", async () => {
    sandbox.faultHook([{ kind: "double" }, { kind: "reorder", count: 8 }]);
    const names = await renamed(4);
    expect(names).not.toEqual(names.toSorted());
    expect(names.toSorted()).toEqual([1, 1, 2, 2, 3, 3, 4, 4].map((index) => `name-${index}`));
  });

  test("ends with a reset", async () => {
    sandbox.faultHook([{ kind: "drop" }, { kind: "reorder", count: 100 }]);
    hooked.reset();
    expect(await renamed(1)).toEqual(["name-1"]);
  });
});

describe("/_sandbox/hook-faults", () => {
  test("adds, lists and clears", async () => {
    const added = await act("POST /hook-faults", { kind: "drop", times: 1 });
    expect(added).toMatchObject({ status: 200, body: [{ kind: "drop", times: 1, percent: 100 }] });
    expect(await renamed(1)).toEqual([]);
    const list = async () => (await fetch(`${sandbox.url}/_sandbox/hook-faults`)).json();
    expect(await list()).toEqual([]);
    await act("POST /hook-faults", [{ kind: "double" }, { kind: "corrupt" }]);
    expect(await list()).toHaveLength(2);
    await act("POST /hook-faults", []);
    expect(await list()).toEqual([]);
  });

  test.each([
    { kind: "lose" },
    { kind: "delay" },
    { kind: "reorder", count: 1 },
    { kind: "drop", percent: 101 },
  ])("refuses %j", async (fault) => {
    expect((await act("POST /hook-faults", fault)).status).toBe(400);
  });
});
