import { describe, expect, test } from "vitest";
import type { ApiKeySecretRow, Store } from "../../src/index.ts";
import { newBinding, sha256 } from "../fixtures.ts";

/** Keys, idempotency keys and the audit log. */
export function describeAccess(store: () => Store): void {
  describe("transactions", () => {
    test("leave nothing behind when they fail", async () => {
      const failing = store().transaction(async (tx) => {
        await tx.bindings.bind(newBinding("one"));
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await store().bindings.list()).toEqual([]);
    });

    test("run one after the other", async () => {
      const both = ["one", "two"].map((id) =>
        store().transaction((tx) => tx.bindings.bind(newBinding(id))),
      );
      const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome);
      expect(outcomes.toSorted()).toEqual(["created", "same"]);
    });
  });

  describe("keys", () => {
    const secret = {
      keyId: "0123456789ABCD",
      apiKeyId: "key_a",
      digest: sha256("secret"),
      pepperVersion: 1,
      lastFour: "wxyz",
      createdAt: 1,
      expiresAt: null,
    };

    test("are found by any of their secrets, with their organization", async () => {
      await store().keys.insertSecret(secret);
      await store().keys.insertSecret({ ...secret, keyId: "0123456789ABCE" });
      const found = await store().keys.findByKeyId("0123456789ABCE");
      expect(found).toMatchObject({ id: "key_a", organizationName: "a", tier: "standard" });
      expect(found?.digest.equals(secret.digest)).toBe(true);
      expect(await store().keys.findByKeyId("00000000000000")).toBeUndefined();
    });

    test("are revoked once", async () => {
      expect(await store().keys.revoke("key_a", 5)).toBe(true);
      expect(await store().keys.revoke("key_a", 6)).toBe(false);
      expect(await store().keys.find("key_a")).toMatchObject({ revokedAt: 5 });
    });

    test("change their tier, to one that exists", async () => {
      await store().keys.setTier("key_a", "partner");
      expect(await store().keys.find("key_a")).toMatchObject({ tier: "partner" });
      expect(await store().keys.find("key_b")).toMatchObject({ tier: "standard" });
      await expect(store().keys.setTier("key_a", "golden")).rejects.toThrow();
    });

    test("keep the ceiling of their tokens until it is taken away", async () => {
      await store().keys.insertSecret(secret);
      const ceilings = async () => [
        (await store().keys.find("key_a"))?.tokenCeiling,
        (await store().keys.findByKeyId(secret.keyId))?.tokenCeiling,
        (await store().keys.find("key_b"))?.tokenCeiling,
      ];
      expect(await ceilings()).toEqual([null, null, null]);
      await store().keys.setTokenCeiling("key_a", "{}");
      expect(await ceilings()).toEqual(["{}", "{}", null]);
      await store().keys.setTokenCeiling("key_a", null);
      expect(await ceilings()).toEqual([null, null, null]);
    });

    test("K-11: remember their last use, which never goes back", async () => {
      await store().keyUses.record([
        { apiKeyId: "key_a", lastUsedAt: 20 },
        { apiKeyId: "key_b", lastUsedAt: 21 },
      ]);
      await store().keyUses.record([{ apiKeyId: "key_a", lastUsedAt: 10 }]);
      expect(await store().keyUses.find("key_a")).toBe(20);
      await store().keyUses.record([{ apiKeyId: "key_a", lastUsedAt: 30 }]);
      expect(await store().keyUses.find("key_a")).toBe(30);
      expect(await store().keyUses.find("key_x")).toBeUndefined();
    });

    test("tell the peppers that are still needed", async () => {
      const add = (keyId: string, changes: Partial<ApiKeySecretRow>) =>
        store().keys.insertSecret({ ...secret, keyId, ...changes });
      await add("00000000000001", { pepperVersion: 2 });
      await add("00000000000002", { pepperVersion: 1, expiresAt: 50 });
      await add("00000000000003", { pepperVersion: 3, apiKeyId: "key_b" });
      expect(await store().keys.listPepperVersions(49)).toEqual([1, 2, 3]);
      await store().keys.revoke("key_b", 49);
      expect(await store().keys.listPepperVersions(50)).toEqual([2]);
    });

    test("never let a secret live longer than before", async () => {
      await store().keys.insertSecret(secret);
      await store().keys.expireSecrets("key_a", 50);
      await store().keys.expireSecrets("key_a", 90);
      expect(await store().keys.listSecrets("key_a")).toMatchObject([{ expiresAt: 50 }]);
    });
  });

  describe("the audit log", () => {
    test("lists the newest lines of one organization", async () => {
      for (const id of ["evt_1", "evt_2"])
        await store().audit.append({
          id,
          at: 1,
          organizationId: "org_a",
          actor: "key_a",
          action: "installation.bind",
          target: "5001",
          requestId: null,
          remoteAddress: null,
          details: "{}",
        });
      expect(
        (await store().audit.list({ organizationId: "org_a" }, 10)).map(({ id }) => id),
      ).toEqual(["evt_2", "evt_1"]);
      expect(await store().audit.list({ organizationId: "org_b" }, 10)).toEqual([]);
    });
  });

  describe("members", () => {
    const member = {
      organizationId: "org_a",
      userId: "user_1",
      role: "member",
      createdAt: 1,
    } as const;

    test("have one role in each organization, the latest", async () => {
      await store().members.put(member);
      await store().members.put({ ...member, role: "owner", createdAt: 2 });
      await store().members.put({ ...member, organizationId: "org_b" });
      expect(await store().members.list("org_a")).toEqual([{ ...member, role: "owner" }]);
      expect(await store().members.listOfUser("user_1")).toMatchObject([
        { organizationId: "org_a", role: "owner", organizationName: "a" },
        { organizationId: "org_b", role: "member", organizationName: "b" },
      ]);
    });

    test("are members until they are removed", async () => {
      await store().members.put(member);
      expect(await store().members.remove({ ...member, organizationId: "org_b" })).toBe(false);
      expect(await store().members.remove(member)).toBe(true);
      expect(await store().members.remove(member)).toBe(false);
      expect(await store().members.listOfUser("user_1")).toEqual([]);
    });

    test("have a role that exists, in an organization that exists", async () => {
      const put = (changes: object) => store().members.put({ ...member, ...changes });
      await expect(put({ role: "king" })).rejects.toThrow();
      await expect(put({ organizationId: "org_none" })).rejects.toThrow();
    });
  });

  describe("idempotency keys", () => {
    const id = { holder: "key_a", operation: "x", idempotencyKey: "k" };
    const request = { bodyHash: sha256("body"), createdAt: 10, expiresAt: 70 };

    test("are taken by one of many", async () => {
      const racing = Array.from({ length: 200 }, () => store().idempotency.begin(id, request));
      const free = (await Promise.all(racing)).filter((row) => row === undefined);
      expect(free).toHaveLength(1);
    });

    test("keep the answer until they expire", async () => {
      await store().idempotency.begin(id, request);
      const body = Buffer.from("answer");
      await store().idempotency.finish(id, { status: 201, body, expiresAt: 500 });
      const later = { ...request, createdAt: 499, expiresAt: 600 };
      expect(await store().idempotency.begin(id, later)).toMatchObject({ status: 201 });
      expect(await store().idempotency.begin(id, { ...later, createdAt: 500 })).toBeUndefined();
    });

    test("are free again after a failure", async () => {
      await store().idempotency.begin(id, request);
      await store().idempotency.abandon(id);
      expect(await store().idempotency.begin(id, request)).toBeUndefined();
    });
  });
}
