import { describe, expect, test } from "vitest";
import { type AuditLine, chainHash, type Store } from "../../src/index.ts";
import { addAttempt, newBinding } from "../fixtures.ts";

/** What an operator looks at. */
export function describeListings(store: () => Store): void {
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

  describe("listings of attempts", () => {
    test("show one organization's, the newest first, of one status where asked", async () => {
      await addAttempt(store(), "b", { createdAt: 2, status: "failed" });
      await addAttempt(store(), "c", { createdAt: 3 });
      await addAttempt(store(), "d", { organizationId: "org_b", apiKeyId: "key_b" });
      const list = async (status?: "created" | "failed" | "bound" | "expired", now = 999) => {
        const filter = { organizationId: "org_a", shownAs: status && { status, now } };
        return ids(await store().attempts.list(filter, 10));
      };
      expect(await list()).toEqual(["att_c", "att_b", "att_a"]);
      expect(await list("failed")).toEqual(["att_b"]);
      expect(await list("created")).toEqual(["att_c", "att_a"]);
      expect(await list("bound")).toEqual([]);
      expect(await list("expired")).toEqual([]);
      expect(await list("created", 1000)).toEqual([]);
      expect(await list("expired", 1000)).toEqual(["att_c", "att_b", "att_a"]);
      const newest = await store().attempts.list({ organizationId: "org_a" }, 1);
      expect(ids(newest)).toEqual(["att_c"]);
    });
  });

  describe("listings of bindings", () => {
    test("show one organization's or all, ended ones too", async () => {
      await store().bindings.bind(newBinding("one"));
      await store().bindings.detach("one", 150);
      await store().bindings.bind(
        newBinding("two", { organizationId: "org_b", registeredAt: 200 }),
      );
      expect(ids(await store().bindings.list())).toEqual(["one", "two"]);
      expect(ids(await store().bindings.list("org_b"))).toEqual(["two"]);
      expect(ids(await store().bindings.listByNumber(5001))).toEqual(["two", "one"]);
      expect(await store().bindings.listByNumber(5002)).toEqual([]);
      expect(await store().bindings.find("one")).toMatchObject({ status: "detached" });
      expect(await store().bindings.find("three")).toBeUndefined();
    });
  });

  describe("the audit log's end", () => {
    const line = (id: string, organizationId: string): AuditLine => ({
      id,
      at: 1,
      organizationId,
      actor: "operator",
      action: "key.create",
      target: "key_a",
      requestId: null,
      remoteAddress: null,
      details: "{}",
    });

    test("is read in the order of writing, of one organization or of all, after a line", async () => {
      for (const [id, organization] of [
        ["evt_1", "org_a"],
        ["evt_2", "org_b"],
        ["evt_3", "org_a"],
      ] as const)
        await store().audit.append(line(id, organization));
      const tail = async (filter: Parameters<Store["audit"]["tail"]>[0], limit = 10) =>
        ids(await store().audit.tail(filter, limit));
      expect(await tail({})).toEqual(["evt_1", "evt_2", "evt_3"]);
      expect(await tail({}, 2)).toEqual(["evt_2", "evt_3"]);
      expect(await tail({ organizationId: "org_a" })).toEqual(["evt_1", "evt_3"]);
      expect(await tail({ organizationId: "org_a", afterId: "evt_1" })).toEqual(["evt_3"]);
      expect(await tail({ afterId: "evt_3" })).toEqual([]);
    });

    test("K-14: is a chain of hashes for each organization, whoever writes at the same time", async () => {
      const writes = Array.from({ length: 100 }, (_, n) =>
        store().audit.append(line(`evt_${n}`, n % 2 === 0 ? "org_a" : "org_b")),
      );
      await Promise.all(writes);
      expect(await store().audit.listChains()).toEqual([
        { organizationId: "org_a", length: 50 },
        { organizationId: "org_b", length: 50 },
      ]);
      const chain = await store().audit.listAfter({ organizationId: "org_a", sequence: 0 }, 100);
      expect(chain.map(({ sequence }) => sequence)).toEqual(chain.map((_, index) => index + 1));
      chain.forEach((each, index) => {
        const before = chain[index - 1]?.hash ?? null;
        expect(each.hash?.equals(chainHash(before, each))).toBe(true);
      });
    });

    test("is read page by page, the newest line first", async () => {
      for (const n of [1, 2, 3]) await store().audit.append(line(`evt_${n}`, "org_a"));
      const page = async (before?: number) =>
        ids(await store().audit.list({ organizationId: "org_a", before }, 2));
      expect(await page()).toEqual(["evt_3", "evt_2"]);
      expect(await page(2)).toEqual(["evt_1"]);
      expect(await page(1)).toEqual([]);
    });
  });
}
