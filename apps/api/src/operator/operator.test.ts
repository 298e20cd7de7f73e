import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppError, hasScope, Scope } from "@layers/contracts";
import { openSqlite, type Store } from "@layers/storage";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { days, seconds } from "../clock.ts";
import { parseVersionedSecrets } from "../crypto/versioned-secrets.ts";
import { createAuthenticateKey } from "../keys/authenticate.ts";
import { createKeyDigests } from "../keys/key-digest.ts";
import { createOperator, type NewKey, type Operator } from "./operator.ts";

const start = 1_760_000_000_000_000;
const digests = createKeyDigests(parseVersionedSecrets(`1:${randomBytes(32).toString("base64")}`));
const folder = mkdtempSync(join(tmpdir(), "operator-"));

let now = start;
/** Time passes by the microsecond, where it does not stand still. */
let tick = 0;
const clock = () => (now += tick);
let store: Store;
let operator: Operator;
let organizationId: string;
beforeAll(async () => {
  store = openSqlite({ file: join(folder, "layers.db") });
  await store.migrate();
  operator = createOperator({ store, digests, keyEnv: "live", clock });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  now = start;
  tick = 1;
  organizationId = (await operator.createOrganization("Acme")).id;
});

const newKey = (changes: Partial<NewKey> = {}): NewKey => ({
  organizationId,
  name: "ci",
  scopes: ["github:admin"],
  tier: "standard",
  allowedReturnDomains: [],
  ...changes,
});

const acmeCorp = {
  host: "https://github.example",
  enterprise: { id: 42, slug: "acme-corp", installationId: 5004 },
  clientIds: ["Iv23a"],
};

/** Asks as a service would that has not seen the key before. */
async function isAccepted(text: string): Promise<boolean> {
  const nothing = () => undefined;
  const failures = { requireRoom: nothing, count: nothing, trust: nothing };
  const uses = { note: nothing };
  const deps = { store, keyEnv: "live", digests, clock, failures, uses } as const;
  const authenticate = createAuthenticateKey(deps);
  const credential = { authorization: `Bearer ${text}`, remoteAddress: "192.0.2.1" };
  return authenticate(credential).then(
    () => true,
    () => false,
  );
}

const lines = () => store.audit.tail({ organizationId }, 1000);
const actions = async () => (await lines()).map(({ action }) => action);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: AppError) => error.code,
  );

describe("rotation", () => {
  test("K-10: an old secret is accepted exactly until its expiry or the end of the overlap", async () => {
    const upTo = (microseconds: number) => fc.integer({ min: 0, max: microseconds });
    const overlaps = fc.oneof(fc.constantFrom(0, 1, 86_400, 604_800), upTo(604_800));
    const lives = fc.option(fc.integer({ min: 1, max: 1_209_600 }), { nil: undefined });
    const rotations = fc.record({
      overlap: overlaps,
      later: overlaps,
      lifeSeconds: lives,
      wait: upTo(days(8)),
      nudge: fc.constantFrom(-1, 0, 1),
    });
    await fc.assert(
      fc.asyncProperty(rotations, async ({ overlap, later, lifeSeconds, wait, nudge }) => {
        [now, tick] = [start, 0];
        const first = await operator.createKey(newKey({ lifeSeconds }));
        const expiry = lifeSeconds === undefined ? Infinity : start + seconds(lifeSeconds);
        now = Math.min(start + wait, expiry - 1);
        const rotatedAt = now;
        const second = await operator.rotateKey(first.apiKeyId, overlap);
        const end = Math.min(expiry, rotatedAt + seconds(overlap));
        for (const at of [rotatedAt, end - 1, end, end + nudge, rotatedAt + wait]) {
          now = Math.max(at, rotatedAt);
          expect(await isAccepted(first.text)).toBe(now < end);
          expect(await isAccepted(second.text)).toBe(now < expiry);
        }
        now = rotatedAt;
        await operator.rotateKey(first.apiKeyId, later);
        now = end;
        expect(await isAccepted(first.text)).toBe(false);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("refuses an overlap that is out of bounds, and a key that is over", async () => {
    const { apiKeyId } = await operator.createKey(newKey({ lifeSeconds: 10 }));
    for (const overlap of [-1, 604_801, Number.NaN])
      expect(await codeOf(operator.rotateKey(apiKeyId, overlap))).toBe("VALIDATION");
    now += seconds(10);
    expect(await codeOf(operator.rotateKey(apiKeyId, 0))).toBe("VALIDATION");
    const other = await operator.createKey(newKey());
    await operator.revokeKey(other.apiKeyId);
    expect(await codeOf(operator.rotateKey(other.apiKeyId, 0))).toBe("VALIDATION");
    expect(await codeOf(operator.rotateKey("key_nope", 0))).toBe("NOT_FOUND");
    expect(await actions()).not.toContain("key.rotate");
  });
});

describe("keys", () => {
  test("are refused as soon as they or their organization are", async () => {
    const { apiKeyId, text } = await operator.createKey(newKey());
    await operator.setSuspended(organizationId, true);
    expect(await isAccepted(text)).toBe(false);
    await operator.setSuspended(organizationId, false);
    expect(await isAccepted(text)).toBe(true);
    await operator.revokeKey(apiKeyId);
    expect(await isAccepted(text)).toBe(false);
  });

  test("name every domain that is refused", async () => {
    const allowedReturnDomains = ["app.example.com", "com", "*"];
    const refused = operator.createKey(newKey({ allowedReturnDomains }));
    await expect(refused).rejects.toMatchObject({
      issues: [{ path: "domains[1]" }, { path: "domains[2]" }],
    });
    expect(await operator.listKeys(organizationId)).toEqual([]);
  });

  test("keep each scope and domain once", async () => {
    const { apiKeyId } = await operator.createKey(
      newKey({
        scopes: ["*", "org:admin", "*"],
        allowedReturnDomains: ["a.example.com", "a.example.com"],
      }),
    );
    const key = await store.keys.find(apiKeyId);
    expect(JSON.parse(key?.scopes ?? "")).toEqual(["*", "org:admin"]);
    expect(JSON.parse(key?.allowedReturnDomains ?? "")).toEqual(["a.example.com"]);
  });

  test("* gives neither org:admin nor enterprise:*", () => {
    const given = Scope.options.filter((scope) => hasScope(["*"], scope));
    expect(given).toEqual([
      "github:admin",
      "github:token",
      "ingest:write",
      "jobs:read",
      "jobs:cancel",
    ]);
  });

  test.each(["", "  ", "a\nb", "a\u001b[2J", "a\u202eb", "x".repeat(101)])(
    "and organizations do not have the name %j",
    async (name) => {
      expect(await codeOf(operator.createKey(newKey({ name })))).toBe("VALIDATION");
      expect(await codeOf(operator.createOrganization(name))).toBe("VALIDATION");
    },
  );
});

describe("grants of enterprises", () => {
  const listLive = () =>
    store.enterpriseGrants.listLive({ organizationId, host: "https://github.example" });

  test("stand once, with the latest client ids and what GitHub says of the enterprise", async () => {
    const first = await operator.grantEnterprise({ ...acmeCorp, organizationId });
    const renamed = { id: 42, slug: "acme-group", installationId: 5005 };
    const changed = { enterprise: renamed, clientIds: ["Iv23b", "Iv23a", "Iv23b"] };
    const second = await operator.grantEnterprise({ ...acmeCorp, ...changed, organizationId });
    expect(second.id).toBe(first.id);
    expect(await listLive()).toEqual([second]);
    expect(second).toMatchObject({
      enterpriseId: 42,
      slug: "acme-group",
      installationId: 5005,
      clientIds: '["Iv23a","Iv23b"]',
    });
    expect(await actions()).toEqual([
      "organization.create",
      "enterprise.grant",
      "enterprise.grant",
    ]);
  });

  test("cover at least one App, by what can be a client id", async () => {
    for (const clientIds of [[], [""], ["Iv1", "a b"], ["Iv2\r\nX-Evil: 1"]]) {
      const refused = operator.grantEnterprise({ ...acmeCorp, organizationId, clientIds });
      expect(await codeOf(refused)).toBe("VALIDATION");
    }
    expect(await listLive()).toEqual([]);
  });

  test("are made anew after a revocation", async () => {
    const { id } = await operator.grantEnterprise({ ...acmeCorp, organizationId });
    await operator.revokeEnterprise(id);
    const again = await operator.grantEnterprise({ ...acmeCorp, organizationId });
    expect(again.id).not.toBe(id);
    expect(await listLive()).toEqual([again]);
  });
});

describe("the audit log", () => {
  test("K-14: has one line of each change, and none of what was so already", async () => {
    const { apiKeyId } = await operator.createKey(newKey());
    for (let twice = 0; twice < 2; twice++) {
      await operator.setTier(apiKeyId, "pilot");
      await operator.addDomain(apiKeyId, "app.example.com");
      await operator.setConsentRequired(organizationId, false);
      await operator.setSuspended(organizationId, true);
    }
    await operator.rotateKey(apiKeyId, 60);
    await operator.removeDomain(apiKeyId, "app.example.com");
    await operator.revokeKey(apiKeyId);
    await operator.revokeKey(apiKeyId);
    const { id } = await operator.grantEnterprise({ ...acmeCorp, organizationId });
    await operator.grantEnterprise({ ...acmeCorp, organizationId });
    await operator.revokeEnterprise(id);
    await operator.revokeEnterprise(id);
    expect(await actions()).toEqual([
      "organization.create",
      "key.create",
      "key.tier",
      "domain.add",
      "consent.off",
      "organization.suspend",
      "key.rotate",
      "domain.remove",
      "key.revoke",
      "enterprise.grant",
      "enterprise.revoke",
    ]);
    expect(new Set((await lines()).map(({ actor }) => actor))).toEqual(new Set(["operator"]));
  });

  test("holds no secret", async () => {
    const { apiKeyId, text } = await operator.createKey(newKey());
    const rotated = await operator.rotateKey(apiKeyId, 60);
    const written = JSON.stringify(await lines());
    for (const key of [text, rotated.text]) expect(written).not.toContain(key.slice(23));
  });

  test("and the change come together or not at all", async () => {
    const { apiKeyId } = await operator.createKey(newKey());
    const failing = createOperator({
      store,
      digests,
      keyEnv: "live",
      clock: () => Number.NaN,
    });
    await expect(failing.revokeKey(apiKeyId)).rejects.toThrow();
    expect(await store.keys.find(apiKeyId)).toMatchObject({ revokedAt: null });
    expect(await actions()).toEqual(["organization.create", "key.create"]);
  });

  test("ids that are nobody's are not found and change nothing", async () => {
    const before = (await store.audit.tail({}, 10_000)).length;
    const tries = [
      operator.setSuspended("org_nope", true),
      operator.setConsentRequired("org_nope", false),
      operator.createKey(newKey({ organizationId: "org_nope" })),
      operator.revokeKey("key_nope"),
      operator.setTier("key_nope", "pilot"),
      operator.addDomain("key_nope", "app.example.com"),
      operator.removeDomain("key_nope", "app.example.com"),
      operator.listDomains("key_nope"),
      operator.grantEnterprise({ ...acmeCorp, organizationId: "org_nope" }),
      operator.revokeEnterprise("grt_nope"),
    ];
    expect(new Set(await Promise.all(tries.map(codeOf)))).toEqual(new Set(["NOT_FOUND"]));
    expect(await store.audit.tail({}, 10_000)).toHaveLength(before);
  });
});
