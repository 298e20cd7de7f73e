import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Connector, startConnector } from "../../src/connector.ts";
import { openDatabase } from "../../src/database.ts";
import { createFaultyStore } from "../../src/faults/faulty-store.ts";
import { deliver, installationEvent, signDelivery } from "../../src/webhooks/sign.ts";

vi.setConfig({ testTimeout: 60_000 });

const faults = createFaultyStore();
let transactions = 0;
let connector: Connector;
beforeAll(async () => {
  connector = await startConnector({
    wrapStore: (store) => {
      const faulty = faults.wrap(store);
      return {
        ...faulty,
        transaction: (work) => {
          transactions += 1;
          return faulty.transaction(work);
        },
      };
    },
  });
});
afterAll(() => connector[Symbol.asyncDispose]());
beforeEach(() => {
  const database = openDatabase(connector);
  database.exec(`delete from "webhookDeliveries"; delete from "jobs"`);
  database.close();
});

function count(table: string): number {
  const database = openDatabase(connector);
  const found = database.prepare(`select count(*) from "${table}"`).pluck().get();
  database.close();
  return Number(found);
}

const created = (installationId: number, guid: string = randomUUID()) =>
  signDelivery({
    event: "installation",
    payload: installationEvent("created", installationId),
    guid,
  });

test("W-04: a delivery is answered with 202 when it and its job are on the disk", async () => {
  const { guid, ...delivery } = created(5001);
  expect(await deliver(connector.url, { ...delivery })).toBe(202);
  const kept = await connector.store.webhookDeliveries.find(guid);
  expect(kept).toMatchObject({ event: "installation", action: "created" });
  expect(await connector.store.jobs.find(kept?.jobId ?? "")).toMatchObject({
    kind: "webhook.changed",
    lane: 1,
    status: "waiting",
    payload: JSON.stringify({
      event: "installation",
      action: "created",
      installationId: 5001,
      accountId: 1,
      senderId: 2,
      senderLogin: "octo-admin",
      requesterId: null,
    }),
  });
});

test("that somebody uninstalled comes before all else", async () => {
  const payload = installationEvent("deleted", 5001);
  await deliver(connector.url, signDelivery({ event: "installation", payload }));
  const [job] = await connector.store.jobs.list({}, 1);
  expect(job).toMatchObject({ kind: "webhook.uninstalled", lane: 0 });
});

test("W-03: a thousand deliveries, each sent five times in parallel, are a thousand jobs", async () => {
  const deliveries = Array.from({ length: 1000 }, (_, each) => created(each + 1));
  const sent = deliveries.flatMap((delivery) => Array.from({ length: 5 }, () => delivery));
  const shuffled = sent.toSorted(() => Math.random() - 0.5);
  const statuses: number[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async (_, sender) => {
      for (const delivery of shuffled.filter((_each, index) => index % 50 === sender))
        statuses.push(await deliver(connector.url, delivery));
    }),
  );
  expect(statuses).toHaveLength(5000);
  expect(new Set(statuses)).toEqual(new Set([202]));
  expect([count("webhookDeliveries"), count("jobs")]).toEqual([1000, 1000]);
});

describe("R-02: deliveries that come together", () => {
  test("share a commit", async () => {
    const senders = 50;
    const sendAll = (perSender: number) =>
      Promise.all(
        Array.from({ length: senders }, async () => {
          for (let each = 0; each < perSender; each++)
            expect(await deliver(connector.url, created(each + 1))).toBe(202);
        }),
      );
    // The connections are open then.
    await sendAll(1);
    transactions = 0;
    await sendAll(10);
    console.log(
      `R-02: ${senders * 10} deliveries of ${senders} senders took ${transactions} commits.`,
    );
    expect(transactions).toBeLessThan(senders * 5);
    expect(count("jobs")).toBe(senders * 11);
  });

  test.each(["undone", "lasting"] as const)(
    "are all refused when the commit fails (%s), and nothing is kept of any",
    async (kind) => {
      faults.arm(kind, 1);
      const deliveries = Array.from({ length: 40 }, (_, each) => created(each + 1));
      const statuses = await Promise.all(deliveries.map((each) => deliver(connector.url, each)));
      const accepted = statuses.filter((status) => status === 202).length;
      expect(statuses.filter((status) => status === 503)).toHaveLength(40 - accepted);
      expect(accepted).toBeLessThan(40);
      expect(faults.disarm()).not.toEqual([]);
      expect([count("webhookDeliveries"), count("jobs")]).toEqual([accepted, accepted]);
    },
  );

  test("are refused or kept whole, whichever storage call fails", async () => {
    for (let n = 1; ; n++) {
      const before = count("jobs");
      faults.arm("undone", n);
      const { guid, ...delivery } = created(n);
      const status = await deliver(connector.url, delivery);
      const failed = faults.disarm();
      if (failed.length === 0) {
        expect([status, n]).toEqual([202, expect.any(Number)]);
        expect(n).toBeGreaterThan(4);
        return;
      }
      expect([status, failed]).toEqual([503, expect.any(Array)]);
      expect(await connector.store.webhookDeliveries.find(guid)).toBeUndefined();
      expect(count("jobs")).toBe(before);
      expect(await deliver(connector.url, delivery)).toBe(202);
      expect(count("jobs")).toBe(before + 1);
    }
  });
});

test("W-06: what we do not know is accepted and kept for a day, without a job", async () => {
  for (const [event, action] of [
    ["star", "created"],
    ["installation", "renamed_by_owl"],
    ["ping", undefined],
  ] as const) {
    const { unknown } = connector.webhookCounts;
    const { guid, ...delivery } = signDelivery({ event, payload: { action, zen: "x" } });
    expect(await deliver(connector.url, delivery)).toBe(202);
    expect(connector.webhookCounts.unknown).toBe(unknown + 1);
    const kept = await connector.store.webhookDeliveries.find(guid);
    expect(kept).toMatchObject({ event, action: action ?? null, jobId: null });
  }
  expect(count("jobs")).toBe(0);
});

test("a delivery whose job was given up is worked on again when GitHub is asked to send it again", async () => {
  const { guid, ...delivery } = created(5001);
  await deliver(connector.url, delivery);
  const { jobId } = (await connector.store.webhookDeliveries.find(guid)) ?? {};
  const now = Date.now() * 1000 + 1_000_000;
  const [job] = await connector.store.jobs.claim(
    { slots: 1, perOrganization: 1, leasedUntil: now + 1 },
    now,
  );
  expect(job?.id).toBe(jobId);
  if (job) await connector.store.jobs.bury(job, "no luck", now);
  await deliver(connector.url, delivery);
  expect(await connector.store.jobs.find(jobId ?? "")).toMatchObject({ status: "waiting" });
  expect(count("jobs")).toBe(1);
});
