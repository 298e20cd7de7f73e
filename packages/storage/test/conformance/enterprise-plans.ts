import { describe, expect, test } from "vitest";
import type { EnterprisePlanTargetRow, Store } from "../../src/index.ts";

/** What is wanted of an enterprise, and what came of it. */
export function describeEnterprisePlans(store: () => Store): void {
  const target = (position: number): EnterprisePlanTargetRow => ({
    planId: "plan_1",
    position,
    organization: `acme-${position}`,
    clientId: "Iv1",
    wanted: null,
    steps: "[]",
    status: "pending",
    reason: null,
  });
  const by = { jobId: "job_1", appliedBy: "key_a" };

  async function insertPlan(targets: number): Promise<void> {
    await store().enterpriseGrants.insert({
      id: "grt_1",
      organizationId: "org_a",
      host: "https://github.example",
      enterpriseId: 42,
      slug: "acme-corp",
      installationId: 5004,
      clientIds: '["Iv1"]',
      createdAt: 1,
      revokedAt: null,
    });
    await store().enterprisePlans.insert(
      {
        id: "plan_1",
        organizationId: "org_a",
        grantId: "grt_1",
        status: "planned",
        appliedBy: null,
        jobId: null,
        createdAt: 10,
        expiresAt: 100,
        finishedAt: null,
      },
      Array.from({ length: targets }, (_, each) => target(each)),
    );
  }
  const status = async () => (await store().enterprisePlans.find("plan_1"))?.status;
  const beginAt = (now: number) => store().enterprisePlans.beginApplying("plan_1", by, now);

  describe("enterprise plans", () => {
    test("keep their targets in the order of the work, however many", async () => {
      await insertPlan(1200);
      const targets = await store().enterprisePlans.listTargets("plan_1");
      expect(targets.map(({ position }) => position)).toEqual(
        Array.from({ length: 1200 }, (_, each) => each),
      );
    });

    test("are applied once, by one of many, and not when they are too old", async () => {
      await insertPlan(1);
      expect(await beginAt(100)).toBe(false);
      const racing = await Promise.all(Array.from({ length: 20 }, () => beginAt(99)));
      expect(racing.filter(Boolean)).toHaveLength(1);
      expect(await store().enterprisePlans.find("plan_1")).toMatchObject({
        status: "applying",
        ...by,
      });
    });

    test("tell who works on an enterprise, until they end", async () => {
      const of = { host: "https://github.example", enterpriseId: 42 };
      await insertPlan(1);
      expect(await store().enterprisePlans.listJobs(of)).toEqual([]);
      await beginAt(20);
      expect(await store().enterprisePlans.listJobs(of)).toEqual(["job_1"]);
      expect(await store().enterprisePlans.listJobs({ ...of, enterpriseId: 43 })).toEqual([]);
      await store().enterprisePlans.finish("plan_1", 50);
      expect(await store().enterprisePlans.listJobs(of)).toEqual([]);
    });

    test("end as applied, or as failed where a target did", async () => {
      await insertPlan(2);
      await store().enterprisePlans.finish("plan_1", 50);
      expect(await status()).toBe("planned");
      await beginAt(20);
      await store().enterprisePlans.saveTarget({ ...target(0), status: "done" });
      const failed = { ...target(1), status: "failed", reason: "no" } as const;
      await store().enterprisePlans.saveTarget(failed);
      await store().enterprisePlans.finish("plan_1", 50);
      expect(await status()).toBe("failed");
      expect(await store().enterprisePlans.listTargets("plan_1")).toMatchObject([
        { status: "done" },
        { status: "failed", reason: "no" },
      ]);
    });

    test("are removed with their targets when they are old", async () => {
      await insertPlan(2);
      await store().enterprisePlans.deleteOld(9);
      expect(await status()).toBe("planned");
      await store().enterprisePlans.deleteOld(10);
      expect(await status()).toBeUndefined();
      expect(await store().enterprisePlans.listTargets("plan_1")).toEqual([]);
    });
  });
}
