import { describe, expect, test } from "vitest";
import type { EnterpriseGrantRow, Store } from "../../src/index.ts";

const host = "https://github.example";

/** Which organization may manage which enterprise. */
export function describeEnterpriseGrants(store: () => Store): void {
  const newGrant = (id: string, changes: Partial<EnterpriseGrantRow> = {}): EnterpriseGrantRow => ({
    id,
    organizationId: "org_a",
    host,
    enterpriseId: 42,
    slug: "acme-corp",
    installationId: 5004,
    clientIds: '["Iv1"]',
    createdAt: 1,
    revokedAt: null,
    ...changes,
  });
  const insert = (id: string, changes: Partial<EnterpriseGrantRow> = {}) =>
    store().enterpriseGrants.insert(newGrant(id, changes));
  const live = async (organizationId: string, of = host) =>
    (await store().enterpriseGrants.listLive({ organizationId, host: of })).map(({ id }) => id);

  describe("enterprise grants", () => {
    test("are an organization's own, on one GitHub", async () => {
      await insert("one");
      await insert("two", { organizationId: "org_b" });
      await insert("three", { host: "https://other.example" });
      expect(await live("org_a")).toEqual(["one"]);
      expect(await live("org_b")).toEqual(["two"]);
      expect(await live("org_a", "https://other.example")).toEqual(["three"]);
      expect(await store().enterpriseGrants.list("org_a")).toMatchObject([
        newGrant("one"),
        { id: "three" },
      ]);
      expect(await store().enterpriseGrants.list()).toHaveLength(3);
      expect(await store().enterpriseGrants.find("two")).toMatchObject({ organizationId: "org_b" });
      expect(await store().enterpriseGrants.find("four")).toBeUndefined();
    });

    test("stand once for an enterprise, and again after a revocation", async () => {
      await insert("one");
      await expect(insert("two")).rejects.toThrow();
      expect(await store().enterpriseGrants.revoke("one", 5)).toBe(true);
      expect(await store().enterpriseGrants.revoke("one", 6)).toBe(false);
      expect(await live("org_a")).toEqual([]);
      await insert("two", { createdAt: 7 });
      expect(await live("org_a")).toEqual(["two"]);
      expect(await store().enterpriseGrants.list("org_a")).toMatchObject([
        { id: "one", revokedAt: 5 },
        { id: "two", revokedAt: null },
      ]);
    });

    test("tell whether anybody has the enterprise still", async () => {
      const isGranted = (enterpriseId: number, of = host) =>
        store().enterpriseGrants.isGranted({ host: of, enterpriseId });
      await insert("one");
      await insert("two", { organizationId: "org_b" });
      expect(await isGranted(42)).toBe(true);
      expect(await isGranted(43)).toBe(false);
      expect(await isGranted(42, "https://other.example")).toBe(false);
      await store().enterpriseGrants.revoke("one", 5);
      expect(await isGranted(42)).toBe(true);
      await store().enterpriseGrants.revoke("two", 5);
      expect(await isGranted(42)).toBe(false);
    });

    test("learn of a new slug wherever they are live, and have client ids of their own", async () => {
      await insert("one");
      await insert("two", { organizationId: "org_b" });
      await insert("other", { enterpriseId: 43, slug: "globex-inc" });
      await insert("past", { revokedAt: 4 });
      const seen = { slug: "acme-group", installationId: 5005 };
      await store().enterpriseGrants.observe({ host, enterpriseId: 42 }, seen);
      await store().enterpriseGrants.setClientIds("one", ["Iv1", "Iv2"]);
      const all = (await store().enterpriseGrants.list()).map(
        ({ id, slug, installationId, clientIds }) => `${id} ${slug} ${installationId} ${clientIds}`,
      );
      expect(all.toSorted()).toEqual([
        'one acme-group 5005 ["Iv1","Iv2"]',
        'other globex-inc 5004 ["Iv1"]',
        'past acme-corp 5004 ["Iv1"]',
        'two acme-group 5005 ["Iv1"]',
      ]);
    });

    test("name an organization that exists and a number of GitHub's", async () => {
      await expect(insert("one", { organizationId: "org_none" })).rejects.toThrow();
      await expect(insert("one", { enterpriseId: 0 })).rejects.toThrow();
    });
  });
}
