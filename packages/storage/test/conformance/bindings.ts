import { beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/index.ts";
import { newBinding, sha256 } from "../fixtures.ts";

/** Bindings and their tokens. */
export function describeBindings(store: () => Store): void {
  describe("bindings", () => {
    test("500 racing binds of two installations make exactly one", async () => {
      const racing = Array.from({ length: 500 }, (_, each) =>
        store().transaction((tx) =>
          tx.bindings.bind(newBinding(`b${each}`, { installationId: 5001 + (each % 2) })),
        ),
      );
      const results = await Promise.all(racing);
      const count = (outcome: string) =>
        results.filter((result) => result.outcome === outcome).length;
      expect([count("created"), count("same"), count("conflict")]).toEqual([1, 249, 250]);
      expect(await store().bindings.list()).toHaveLength(1);
    });

    test("an installation belongs to one organization", async () => {
      await store().bindings.bind(newBinding("one"));
      const foreign = newBinding("two", { organizationId: "org_b" });
      expect(await store().bindings.bind(foreign)).toEqual({ outcome: "taken" });
    });

    test("the same number at another host or App is another installation", async () => {
      await store().bindings.bind(newBinding("one"));
      const elsewhere = newBinding("two", { organizationId: "org_b", host: "https://ghes" });
      expect(await store().bindings.bind(elsewhere)).toMatchObject({ outcome: "created" });
    });

    test("registeredAt stays while the binding lives", async () => {
      await store().bindings.bind(newBinding("one"));
      const again = await store().bindings.bind(newBinding("two", { registeredAt: 200 }));
      expect(again).toMatchObject({ outcome: "same", binding: { registeredAt: 100 } });
    });

    test("a detached binding is gone and leaves room", async () => {
      await store().bindings.bind(newBinding("one"));
      expect(await store().bindings.detach("one", 150)).toBe(true);
      expect(await store().bindings.detach("one", 151)).toBe(false);
      expect(await store().bindings.findShown("org_a")).toBeUndefined();
      const other = newBinding("two", { organizationId: "org_b" });
      expect(await store().bindings.bind(other)).toMatchObject({ outcome: "created" });
    });

    test("an uninstalled binding is shown until another replaces it", async () => {
      await store().bindings.bind(newBinding("one"));
      await store().bindings.observe({ id: "one", version: 0 }, { status: "uninstalled" }, 150);
      expect(await store().bindings.findActive("org_a")).toBeUndefined();
      expect(await store().bindings.findShown("org_a")).toMatchObject({
        status: "uninstalled",
        lastVerifiedAt: 150,
      });
      await store().bindings.bind(newBinding("two", { installationId: 5002, registeredAt: 200 }));
      expect(await store().bindings.findShown("org_a")).toMatchObject({ id: "two" });
      await store().bindings.detach("two", 300);
      expect(await store().bindings.findShown("org_a")).toBeUndefined();
    });

    test("an uninstalled binding never comes back", async () => {
      await store().bindings.bind(newBinding("one"));
      await store().bindings.observe({ id: "one", version: 0 }, { status: "uninstalled" }, 150);
      const again = { id: "one", version: 1 };
      expect(await store().bindings.observe(again, { status: "active" }, 160)).toBe(false);
      expect(await store().bindings.findShown("org_a")).toMatchObject({ status: "uninstalled" });
    });

    test("W-05: an older answer of GitHub's does not follow a newer one, unless it is the last", async () => {
      await store().bindings.bind(newBinding("one"));
      const read = { id: "one", version: 0 };
      const { observe, find } = store().bindings;
      expect(await observe(read, { status: "suspended", accountLogin: "b" }, 150)).toBe(true);
      expect(await observe(read, { status: "active" }, 160)).toBe(false);
      expect(await find("one")).toMatchObject({
        status: "suspended",
        accountLogin: "b",
        version: 1,
        grantVersion: 0,
        lastVerifiedAt: 150,
      });
      const again = { id: "one", version: 1 };
      expect(await observe(again, { status: "active", grantChanged: true }, 170)).toBe(true);
      expect(await find("one")).toMatchObject({ status: "active", version: 2, grantVersion: 1 });
      expect(await observe(read, { status: "uninstalled" }, 180)).toBe(true);
      expect(await find("one")).toMatchObject({ status: "uninstalled", endedAt: 180 });
    });
  });

  describe("tokens", () => {
    const token = {
      tokenHash: sha256("t"),
      bindingId: "one",
      scopeKey: "all",
      sealed: Buffer.from("sealed"),
      issuedAt: 1,
      expiresAt: 100,
      revokedAt: null,
      grantVersion: 0,
    };
    beforeEach(async () => {
      await store().bindings.bind(newBinding("one"));
      await store().tokens.insert(token);
    });

    test("G-03: serve exactly the scope they were made for, while they live", async () => {
      const scope = { bindingId: "one", scopeKey: "all", grantVersion: 0 };
      expect(await store().tokens.findLive(scope, 99)).toMatchObject({ expiresAt: 100 });
      expect(await store().tokens.findLive(scope, 100)).toBeUndefined();
      expect(await store().tokens.findLive({ ...scope, scopeKey: "r" }, 1)).toBeUndefined();
    });

    test("G-06: serve nobody once the grant is another one, and can still be revoked", async () => {
      const scope = { bindingId: "one", scopeKey: "all", grantVersion: 1 };
      expect(await store().tokens.findLive(scope, 1)).toBeUndefined();
      expect(await store().tokens.listLive("one", 1)).toHaveLength(1);
    });

    test("that outlive their binding are told", async () => {
      expect(await store().tokens.listOrphanedBindings(50)).toEqual([]);
      await store().bindings.detach("one", 50);
      expect(await store().tokens.listOrphanedBindings(50)).toEqual(["one"]);
      expect(await store().tokens.listOrphanedBindings(100)).toEqual([]);
    });

    test("are found only by the organization they were issued to", async () => {
      const { tokenHash } = token;
      const find = (organizationId: string, now: number) =>
        store().tokens.findIssued({ tokenHash, organizationId }, now);
      expect(await find("org_a", 50)).toBeDefined();
      expect(await find("org_b", 50)).toBeUndefined();
      await store().tokens.revoke(tokenHash, 60);
      expect(await find("org_a", 61)).toBeUndefined();
      expect(await store().tokens.listLive("one", 61)).toEqual([]);
    });
  });

  test("tokens that expired a day ago are removed and nothing else", async () => {
    const day = 24 * 60 * 60 * 1_000_000;
    await store().bindings.bind(newBinding("one"));
    const token = { bindingId: "one", scopeKey: "all", sealed: sha256("x"), issuedAt: 1 };
    for (const expiresAt of [5000, 5001])
      await store().tokens.insert({
        ...token,
        tokenHash: sha256(`${expiresAt}`),
        expiresAt,
        revokedAt: null,
        grantVersion: 0,
      });
    await store().deleteExpired(5000 + day);
    expect(await store().tokens.listLive("one", 0)).toMatchObject([{ expiresAt: 5001 }]);
    expect(await store().bindings.list()).toHaveLength(1);
    expect(await store().attempts.find("att_a")).toBeDefined();
  });
}
