import { describe, expect, test } from "vitest";
import type { JobRow, NewJob, Store } from "../../src/index.ts";

/** The queue. */
export function describeJobs(store: () => Store): void {
  const newJob = (id: string, changes: Partial<NewJob> = {}): NewJob => ({
    id,
    kind: "greet",
    organizationId: "org_a",
    lane: 1,
    uniqueKey: null,
    payload: "{}",
    maxAttempts: 2,
    runAt: 10,
    createdAt: 10,
    ...changes,
  });
  const enqueue = (id: string, changes: Partial<NewJob> = {}) =>
    store().jobs.enqueue(newJob(id, changes));
  const claim = (slots: number, now: number, perOrganization = 5) =>
    store().jobs.claim({ slots, perOrganization, leasedUntil: now + 60 }, now);
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  async function claimOne(now: number): Promise<JobRow> {
    const [job] = await claim(1, now);
    if (!job) throw new Error("Nothing is due.");
    return job;
  }

  describe("jobs", () => {
    test("are there when the transaction that asks for them is, and else not", async () => {
      const failing = store().transaction(async (tx) => {
        await tx.jobs.enqueue(newJob("job_1"));
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      await store().transaction((tx) => tx.jobs.enqueue(newJob("job_2")));
      expect(ids(await claim(9, 10))).toEqual(["job_2"]);
    });

    test("are counted by kind and status, with when the first is due", async () => {
      await enqueue("job_1", { runAt: 10 });
      await enqueue("job_2", { runAt: 30 });
      await enqueue("job_3", { runAt: 20 });
      await enqueue("job_4", { runAt: 40, kind: "wave" });
      await claimOne(10);
      expect(await store().jobs.countByKind()).toEqual([
        { kind: "greet", status: "waiting", count: 2, runAt: 20 },
        { kind: "wave", status: "waiting", count: 1, runAt: 40 },
        { kind: "greet", status: "running", count: 1, runAt: 10 },
      ]);
    });

    test("are begun once, the longest due first, and not before their time", async () => {
      await enqueue("job_1", { runAt: 30 });
      await enqueue("job_2", { runAt: 20 });
      expect(await store().jobs.isDue(19)).toBe(false);
      expect(await claim(9, 19)).toEqual([]);
      expect(await store().jobs.isDue(30)).toBe(true);
      expect(await claimOne(30)).toMatchObject({
        id: "job_2",
        status: "running",
        attempts: 1,
        fence: 1,
        leasedUntil: 90,
      });
      expect(ids(await claim(9, 30))).toEqual(["job_1"]);
      expect(await claim(9, 30)).toEqual([]);
    });

    test("R-20: are each begun by one of many who ask at once", async () => {
      for (let each = 0; each < 50; each++)
        await enqueue(`job_${each}`, { organizationId: `org_${each % 10}` });
      const racing = await Promise.all(Array.from({ length: 60 }, () => claim(1, 10)));
      expect(new Set(ids(racing.flat())).size).toBe(50);
      expect(racing.flat()).toHaveLength(50);
    });

    test("with the same unique key wait as one, and may be asked for again once it runs", async () => {
      const key = { uniqueKey: "k" };
      expect(await enqueue("job_1", key)).toBe("job_1");
      expect(await enqueue("job_2", key)).toBe("job_1");
      expect(await enqueue("job_3", { ...key, organizationId: "org_b" })).toBe("job_3");
      expect(await enqueue("job_4", { ...key, kind: "part" })).toBe("job_4");
      const { fence } = await claimOne(10);
      expect(await enqueue("job_5", key)).toBe("job_5");
      const again = { runAt: 10, counts: true };
      expect(await store().jobs.putBack({ id: "job_1", fence }, again, 10)).toBe(true);
      expect(ids(await claim(9, 10)).toSorted()).toEqual(["job_1", "job_3", "job_4", "job_5"]);
    });

    test("may not have the id of another", async () => {
      await enqueue("job_1");
      await expect(enqueue("job_1")).rejects.toThrow("job_1");
    });
  });

  describe("turns", () => {
    test("R-22: the first lane comes before the others, whoever was served last", async () => {
      await enqueue("job_1", { lane: 2 });
      await enqueue("job_2", { lane: 1 });
      await enqueue("job_3", { lane: 0, organizationId: "org_b", runAt: 12 });
      expect(ids(await claim(2, 12))).toEqual(["job_3", "job_2"]);
    });

    test("R-22: an organization has at most five jobs under way, the service's own are not counted", async () => {
      for (let each = 0; each < 7; each++) {
        await enqueue(`job_a${each}`);
        await enqueue(`job_s${each}`, { organizationId: "" });
      }
      const claimed = await claim(20, 10);
      expect(claimed.filter(({ organizationId }) => organizationId === "org_a")).toHaveLength(5);
      expect(claimed.filter(({ organizationId }) => organizationId === "")).toHaveLength(7);
      expect(await claim(20, 11)).toEqual([]);
      const done = claimed.filter(({ organizationId }) => organizationId === "org_a").slice(0, 1);
      await store().jobs.complete(
        done.map(({ id, fence }) => ({ id, fence, keep: false })),
        12,
      );
      expect(await claim(20, 12)).toHaveLength(1);
    });

    test("R-22: organizations take turns, however many jobs one of them has", async () => {
      for (let each = 0; each < 10; each++) await enqueue(`job_a${each}`);
      const order: string[] = [];
      for (let now = 10; now < 16; now++) {
        if (now === 12) await enqueue("job_b", { organizationId: "org_b", runAt: 12 });
        if (now === 13) await enqueue("job_c", { organizationId: "org_c", runAt: 13 });
        const { id, fence } = await claimOne(now);
        order.push(id);
        await store().jobs.complete([{ id, fence, keep: false }], now);
      }
      expect(order).toEqual(["job_a0", "job_a1", "job_b", "job_c", "job_a2", "job_a3"]);
    });

    test("are shared when several jobs are begun at once", async () => {
      for (let each = 0; each < 5; each++) {
        await enqueue(`job_a${each}`);
        await enqueue(`job_b${each}`, { organizationId: "org_b" });
      }
      expect(ids(await claim(4, 10))).toEqual(["job_a0", "job_a1", "job_b0", "job_b1"]);
    });

    test("of what is to be done every so often are taken once in each period", async () => {
      const take = (now: number) => store().jobs.takeTurn("sweep", 100, now);
      const racing = await Promise.all([take(1000), take(1000), take(1000)]);
      expect(racing.filter(Boolean)).toHaveLength(1);
      expect(await take(1099)).toBe(false);
      expect(await take(1100)).toBe(true);
      // The clock was put back.
      expect(await take(500)).toBe(true);
      expect(await take(599)).toBe(false);
    });
  });

  describe("leases", () => {
    test("let their holder write how far it is, hold on, and complete", async () => {
      await enqueue("job_1");
      const lease = await claimOne(10);
      expect(await store().jobs.holds(lease)).toBe(true);
      expect(await store().jobs.progress(lease, { stepsDone: 3, stepsTotal: 7 })).toBeDefined();
      expect(await store().jobs.extend([lease], 500, 20)).toHaveLength(1);
      expect(await store().jobs.takeOver(499)).toEqual([]);
      expect(await store().jobs.complete([{ ...lease, keep: true }], 30)).toHaveLength(1);
      expect(await store().jobs.find("job_1")).toMatchObject({
        status: "done",
        stepsDone: 3,
        stepsTotal: 7,
        leasedUntil: null,
      });
    });

    test("R-21: that were taken over let nothing be written any more", async () => {
      await enqueue("job_1");
      const lost = await claimOne(10);
      expect(await store().jobs.takeOver(69)).toEqual([]);
      expect(await store().jobs.takeOver(70)).toMatchObject([{ id: "job_1", status: "waiting" }]);
      const tries = async () => [
        await store().jobs.holds(lost),
        (await store().jobs.progress(lost, { stepsDone: 1, stepsTotal: 1 })) !== undefined,
        (await store().jobs.extend([lost], 900, 71)).length > 0,
        (await store().jobs.complete([{ ...lost, keep: true }], 71)).length > 0,
        (await store().jobs.complete([{ ...lost, keep: false }], 71)).length > 0,
        await store().jobs.putBack(lost, { runAt: 71, counts: true }, 71),
        await store().jobs.bury(lost, "no", 71),
      ];
      const nothing = [false, false, false, false, false, false, false];
      expect(await tries()).toEqual(nothing);
      const held = await claimOne(71);
      expect(held).toMatchObject({ id: "job_1", attempts: 2, fence: 2, stepsDone: 0 });
      expect(await tries()).toEqual(nothing);
      expect(await store().jobs.holds(held)).toBe(true);
    });

    test("that ran out after the last try end in the dead letters", async () => {
      await enqueue("job_1");
      await claimOne(10);
      await store().jobs.takeOver(70);
      await claimOne(70);
      expect(await store().jobs.takeOver(130)).toMatchObject([{ id: "job_1", status: "dead" }]);
      expect(await claim(9, 999)).toEqual([]);
    });

    test("R-21: of a job that came further have all their tries again, of one that stands still not", async () => {
      await enqueue("job_1");
      for (let stepsDone = 1; stepsDone <= 5; stepsDone++) {
        const lease = await claimOne(stepsDone * 100);
        expect(await store().jobs.progress(lease, { stepsDone, stepsTotal: 9 })).toEqual({
          attempts: 1,
        });
        await store().jobs.takeOver(stepsDone * 100 + 60);
      }
      const lease = await claimOne(600);
      expect(await store().jobs.progress(lease, { stepsDone: 5, stepsTotal: 9 })).toEqual({
        attempts: 2,
      });
      expect(await store().jobs.takeOver(660)).toMatchObject([{ status: "dead" }]);
    });

    test("are put back with the time and the reason, and a try that does not count", async () => {
      await enqueue("job_1");
      const lease = await claimOne(10);
      await store().jobs.putBack(lease, { runAt: 50, counts: true, error: "no luck" }, 11);
      expect(await store().jobs.find("job_1")).toMatchObject({
        status: "waiting",
        attempts: 1,
        lastError: "no luck",
      });
      expect(await claim(9, 49)).toEqual([]);
      const second = await claimOne(50);
      await store().jobs.putBack(second, { runAt: 51, counts: false }, 50);
      expect(await claimOne(51)).toMatchObject({ attempts: 2, fence: 3 });
    });

    test("follow a clock that is put back, and so do the jobs that wait", async () => {
      await enqueue("job_1", { runAt: 5000, createdAt: 5000 });
      await claimOne(5000);
      await enqueue("job_2", { runAt: 5010, createdAt: 5000 });
      await store().jobs.shiftTimes(1000);
      expect(await store().jobs.find("job_1")).toMatchObject({ leasedUntil: 1060 });
      expect(await claim(9, 1009)).toEqual([]);
      expect(ids(await claim(9, 1010))).toEqual(["job_2"]);
      expect(ids(await store().jobs.takeOver(1060))).toEqual(["job_1"]);
    });
  });

  describe("ended jobs", () => {
    test("R-23: are removed at once, or when they have been kept long enough", async () => {
      for (const id of ["job_1", "job_2", "job_3"]) await enqueue(id);
      const [one, two, three] = await claim(3, 10);
      if (!one || !two || !three) throw new Error("Three are due.");
      await store().jobs.complete([{ ...one, keep: false }], 20);
      await store().jobs.complete([{ ...two, keep: true }], 20);
      await store().jobs.bury(three, "no", 20);
      expect(ids(await store().jobs.list({}, 9))).toEqual(["job_3", "job_2"]);
      await store().jobs.deleteEnded("done", 19);
      expect(await store().jobs.find("job_2")).toBeDefined();
      await store().jobs.deleteEnded("done", 20);
      expect(ids(await store().jobs.list({}, 9))).toEqual(["job_3"]);
      await store().jobs.deleteEnded("dead", 20);
      expect(await store().jobs.list({}, 9)).toEqual([]);
    });

    test("R-23: in the dead letters are listed and can be run again", async () => {
      await enqueue("job_1");
      await enqueue("job_2", { organizationId: "org_b" });
      for (const job of await claim(2, 10)) await store().jobs.bury(job, "no luck", 20);
      expect(await store().jobs.measure(30)).toEqual({
        waiting: 0,
        running: 0,
        dead: 2,
        dueSince: null,
      });
      const filter = { status: "dead", organizationId: "org_b" } as const;
      expect(await store().jobs.list(filter, 9)).toMatchObject([{ lastError: "no luck" }]);
      expect(await store().jobs.replay("job_2", 30)).toBe(true);
      expect(await store().jobs.replay("job_2", 30)).toBe(false);
      expect(await store().jobs.measure(30)).toMatchObject({ waiting: 1, dead: 1, dueSince: 30 });
      expect(await claimOne(30)).toMatchObject({ id: "job_2", attempts: 1, fence: 2 });
    });
  });
}
