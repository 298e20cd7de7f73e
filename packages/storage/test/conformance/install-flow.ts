import { describe, expect, test } from "vitest";
import type { Store } from "../../src/index.ts";
import { addAttempt, seal, sha256 } from "../fixtures.ts";

/** Attempts and the one-time records of their browsers. */
export function describeInstallFlow(store: () => Store): void {
  describe("attempts", () => {
    test("refuse a state that was used before, by whomever", async () => {
      const again = { ...(await addAttempt(store(), "x")), id: "att_y", organizationId: "org_b" };
      expect(await store().attempts.insert(again)).toBe(false);
      expect(await store().attempts.find("att_y")).toBeUndefined();
    });

    test("are sealed once", async () => {
      expect(await store().attempts.seal("att_a", seal, 10)).toBe(true);
      expect(await store().attempts.seal("att_a", { ...seal, installationId: 6 }, 11)).toBe(false);
      expect(await store().attempts.find("att_a")).toMatchObject({
        status: "verified",
        installationId: 5001,
      });
    });

    test("of a portal user are found by what they have proven, until they are bound", async () => {
      const mine = { userId: "user_1", apiKeyId: null };
      await addAttempt(store(), "mine", mine);
      await addAttempt(store(), "others", { ...mine, userId: "user_2" });
      const wanted = {
        organizationId: "org_a",
        userId: "user_1",
        installationId: 5001,
        issuer: "https://github.example",
      };
      const find = (changes: object = {}, now = 20) =>
        store().attempts.findProven({ ...wanted, ...changes }, now);
      expect(await find()).toBeUndefined();
      await store().attempts.seal("att_mine", seal, 10);
      await store().attempts.seal("att_others", seal, 10);
      expect(await find()).toMatchObject({ id: "att_mine" });
      for (const other of [
        { organizationId: "org_b" },
        { userId: "user_3" },
        { installationId: 5002 },
        { issuer: "https://other.example" },
      ])
        expect(await find(other)).toBeUndefined();
      expect(await find({}, 2000)).toBeUndefined();
      await store().attempts.consume({ id: "att_mine", installationId: 5001 }, 20);
      expect(await find()).toBeUndefined();
    });

    test("are not sealed once they have expired", async () => {
      expect(await store().attempts.seal("att_a", seal, 999)).toBe(true);
      await addAttempt(store(), "b");
      expect(await store().attempts.seal("att_b", seal, 1000)).toBe(false);
    });

    test("may fail and be tried again", async () => {
      await store().attempts.fail("att_a", "access_denied", 5);
      expect(await store().attempts.find("att_a")).toMatchObject({ status: "failed" });
      expect(await store().attempts.redirect("att_a", 1200, 6)).toBe(true);
      expect(await store().attempts.find("att_a")).toMatchObject({
        status: "redirected",
        reason: null,
        expiresAt: 1200,
      });
    });

    test("A205: that came to nothing are removed after thirty days, bound ones stay", async () => {
      const day = 24 * 3600 * 1_000_000;
      await addAttempt(store(), "late", { expiresAt: 31 * day });
      await addAttempt(store(), "bound", { ...seal, status: "bound", expiresAt: 1 });
      await store().deleteExpired(30 * day + 1000);
      expect(await store().attempts.find("att_a")).toBeUndefined();
      expect(await store().attempts.find("att_late")).toBeDefined();
      expect(await store().attempts.find("att_bound")).toBeDefined();
    });

    test("A205: that came to nothing are removed in turns, the oldest first", async () => {
      for (let each = 0; each < 5; each++)
        await addAttempt(store(), `n${each}`, { expiresAt: 50 - each });
      await store().attempts.deleteExpired(50, 3);
      const left = await store().attempts.list({ organizationId: "org_a" }, 9);
      expect(left.map(({ id }) => id)).toEqual(expect.arrayContaining(["att_n0", "att_n1"]));
      expect(left).toHaveLength(3);
      await store().attempts.deleteExpired(49, 3);
      expect(await store().attempts.find("att_n0")).toBeDefined();
      expect(await store().attempts.find("att_n1")).toBeUndefined();
    });

    test("O-03: are consumed at most once, by the proven installation, in time", async () => {
      await store().attempts.seal("att_a", seal, 10);
      const other = { id: "att_a", installationId: 5002 };
      const proven = { id: "att_a", installationId: 5001 };
      expect(await store().attempts.consume(other, 20)).toBe(false);
      expect(await store().attempts.consume(proven, 2000)).toBe(false);
      const racing = Array.from({ length: 300 }, () => store().attempts.consume(proven, 1999));
      expect((await Promise.all(racing)).filter(Boolean)).toHaveLength(1);
    });

    test("O-03: that three hundred race for are consumed once, a hundred times in a row", async () => {
      for (let round = 0; round < 100; round++) {
        const { id } = await addAttempt(store(), `race${round}`);
        await store().attempts.seal(id, seal, 10);
        const proven = { id, installationId: 5001 };
        const racing = Array.from({ length: 300 }, () => store().attempts.consume(proven, 1999));
        expect((await Promise.all(racing)).filter(Boolean)).toHaveLength(1);
      }
    }, 120_000);

    test("beyond the newest ones expire", async () => {
      for (let each = 0; each < 5; each++)
        await addAttempt(store(), `n${each}`, { createdAt: each + 2 });
      await store().attempts.expireOldest("org_a", 3, 50);
      expect(await store().attempts.countLive("org_a", ["created"], 50)).toBe(3);
      expect(await store().attempts.find("att_a")).toMatchObject({ expiresAt: 50 });
      expect(await store().attempts.find("att_n4")).toMatchObject({ expiresAt: 1000 });
    });
  });

  describe("one-time records", () => {
    test("an OAuth flow is taken once, by its browser, in time", async () => {
      const flow = { stateHash: sha256("s"), cookieHash: sha256("c") };
      await store().oauthFlows.insert({
        ...flow,
        attemptId: "att_a",
        userId: null,
        verifier: Buffer.from("v"),
        expiresAt: 100,
        consumedAt: null,
      });
      const stranger = { ...flow, cookieHash: sha256("d") };
      expect(await store().oauthFlows.consume(stranger, 50)).toBeUndefined();
      expect(await store().oauthFlows.consume(flow, 100)).toBeUndefined();
      const racing = await Promise.all([1, 2, 3].map(() => store().oauthFlows.consume(flow, 99)));
      expect(racing.filter(Boolean)).toHaveLength(1);
    });

    test("a consent is taken once, in time", async () => {
      await store().consents.insert({
        tokenHash: sha256("t"),
        attemptId: "att_a",
        candidates: "[]",
        githubUserId: 8,
        expiresAt: 100,
        consumedAt: null,
      });
      expect(await store().consents.consume(sha256("t"), 100)).toBeUndefined();
      expect(await store().consents.consume(sha256("t"), 99)).toMatchObject({ githubUserId: 8 });
      expect(await store().consents.consume(sha256("t"), 99)).toBeUndefined();
    });
  });
}
