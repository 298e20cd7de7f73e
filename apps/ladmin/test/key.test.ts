import { readFile } from "node:fs/promises";
import { createKeyDigests, parseVersionedSecrets } from "@layers/api/admin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, deploy, run } from "./deployment.ts";

let deployment: Deployment;
let ladmin: Deployment["ladmin"];
let done: Deployment["done"];
let org: string;
beforeAll(async () => {
  deployment = await deploy();
  ({ ladmin, done } = deployment);
  org = await done("org", "create", "Acme");
});
afterAll(() => deployment[Symbol.asyncDispose]());

const described = () => ["--org", org, "--name", "ci", "--scope", "github:token"];
const create = (...more: string[]) => deployment.here("key", "create", ...described(), ...more);
const keyIdOf = (key: string) => key.split("_")[2] ?? "";
const audit = async () =>
  (await deployment.store.audit.tail({ organizationId: org }, 1000)).map(({ action }) => action);

describe("key create", () => {
  test("prints the text alone on stdout, once, and says so on stderr", async () => {
    const args = ["key", "create", ...described(), "--domain", "app.example.com"];
    const { code, stdout, stderr } = await ladmin(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^lp_live_[0-9A-HJKMNP-TV-Z]{14}_[A-Za-z0-9_-]{49}\n$/);
    expect(stderr).toContain("not shown again");
    expect(stderr).not.toContain(stdout.trim());
    expect(await deployment.accepts(stdout.trim())).toBe(true);
  });

  test("prints a working key as part of one document with --json", async () => {
    const args = ["key", "create", ...described(), "--tier", "pilot", "--expires-in", "90d"];
    const created = await ladmin(...args, "--json");
    const { key, ...view } = created.json();
    expect(await deployment.accepts(key)).toBe(true);
    const digests = createKeyDigests(parseVersionedSecrets(deployment.env["KEY_PEPPERS"] ?? ""));
    const record = await deployment.store.keys.findByKeyId(keyIdOf(key));
    expect(digests.matches(key, record)).toBe(true);
    expect(view).toMatchObject({
      id: record?.id,
      organizationId: org,
      name: "ci",
      status: "active",
      scopes: ["github:token"],
      tier: "pilot",
      allowedReturnDomains: [],
      keyId: keyIdOf(key),
      lastUsedAt: null,
      revokedAt: null,
    });
    const days = (Date.parse(String(view["expiresAt"])) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(90, 1);
    expect(created.stderr).toContain("not shown again");
  });

  test("takes scopes after each other and one by one, and * for what is not the organization's", async () => {
    const created = await create("--scope", "jobs:read", "jobs:cancel", "--scope", "*", "--json");
    expect(created.json()).toMatchObject({
      scopes: ["github:token", "jobs:read", "jobs:cancel", "*"],
    });
    const { stdout } = await ladmin("key", "create", "--help");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("* is all but org:admin and enterprise:*");
  });

  test.each([
    ["--scope", "github:*", "org:admin"],
    ["--scope", "GITHUB:ADMIN", "github:admin"],
    ["--tier", "gold", "unlimited"],
    ["--expires-in", "90", "90d"],
    ["--expires-in", "0d", "over at once"],
    ["--domain", "com", '"com" is refused'],
    ["--domain", "github.io", "public suffix"],
    ["--domain", "*", '"*" is refused'],
    ["--domain", "*.co.uk", "public suffix"],
    ["--domain", "http://127.0.0.1:4020", "lower-case host"],
  ])("refuses %s %s and says what there is", async (option, value, hint) => {
    const before = await audit();
    const args = ["key", "create", ...described(), "--domain", "fine.example.com"];
    const { code, stdout, stderr } = await deployment.here(...args, option, value);
    expect([code, stdout]).toEqual([4, ""]);
    expect(stderr).toContain(hint);
    expect(await audit()).toEqual(before);
  });

  test("tells each bad value to programs", async () => {
    const { code, stderr } = await create("--domain", "fine.example.com", "com", "--json");
    expect(code).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({
      code: "VALIDATION",
      error: expect.stringContaining('"com"'),
      issues: [{ path: "domains[1]" }],
    });
  });

  test("needs an organization that is there, a name and a scope", async () => {
    const nobody = ["key", "create", "--name", "ci", "--scope", "*", "--org", "org_nope"];
    expect(await ladmin(...nobody)).toMatchObject({ code: 3, stdout: "" });
    const { code, stderr } = await ladmin("key", "create", "--org", org, "--name", "ci");
    expect(code).toBe(2);
    expect(stderr).toContain("--scope");
  });
});

describe("key rotate", () => {
  test("prints a new text; the old one works until the overlap is over", async () => {
    const before = (await create()).stdout.trim();
    const rotated = await ladmin("key", "rotate", keyIdOf(before), "--overlap", "2s");
    expect(rotated.code).toBe(0);
    const after = rotated.stdout.trim();
    expect(after).not.toBe(before);
    expect(await deployment.accepts(after)).toBe(true);
    expect(await deployment.accepts(before)).toBe(true);
    await expect.poll(() => deployment.accepts(before), { timeout: 4000 }).toBe(false);
    expect(await deployment.accepts(after)).toBe(true);
  });

  test("with no overlap asks first", async () => {
    const before = (await create()).stdout.trim();
    const rotate = ["key", "rotate", keyIdOf(before), "--overlap", "0s"];
    expect(await ladmin(...rotate)).toMatchObject({ code: 2, stdout: "" });
    expect(await deployment.accepts(before)).toBe(true);
    const after = await done(...rotate, "--yes");
    await expect.poll(() => deployment.accepts(before), { timeout: 3000 }).toBe(false);
    expect(await deployment.accepts(after)).toBe(true);
  });

  test("refuses an overlap of more than 7 days, and keys that are over", async () => {
    const key = keyIdOf((await create()).stdout);
    await done("key", "rotate", key, "--overlap", "7d");
    const long = await ladmin("key", "rotate", key, "--overlap", "8d");
    expect(long).toMatchObject({ code: 4, stdout: "" });
    expect(long.stderr).toContain("at most 7 days");
    await done("key", "revoke", key, "--yes");
    const revoked = await ladmin("key", "rotate", key);
    expect(revoked).toMatchObject({ code: 4, stdout: "" });
    expect(revoked.stderr).toContain("is revoked");
  });
});

describe("key revoke", () => {
  test("has the running service refuse the key, within a second", async () => {
    const key = (await create()).stdout.trim();
    expect(await deployment.accepts(key)).toBe(true);
    expect(await ladmin("key", "revoke", keyIdOf(key))).toMatchObject({ code: 2, stdout: "" });
    expect(await deployment.accepts(key)).toBe(true);
    const revoked = await ladmin("key", "revoke", keyIdOf(key), "--yes", "--json");
    expect(revoked.json()).toMatchObject({ status: "revoked" });
    await expect.poll(() => deployment.accepts(key), { timeout: 3000 }).toBe(false);
    const lines = await audit();
    const again = await deployment.here("key", "revoke", keyIdOf(key));
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("was revoked already");
    expect(await audit()).toEqual(lines);
  });

  test("needs no secret", async () => {
    const key = (await create()).stdout.trim();
    const { KEY_PEPPERS: _, ...env } = deployment.env;
    expect(await run(env, ["key", "revoke", keyIdOf(key), "--yes"])).toMatchObject({ code: 0 });
    const args = ["key", "create", "--org", org, "--name", "k", "--scope", "*"];
    const refused = await run(env, args);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("KEY_PEPPERS");
  });

  test("refuses a key's text, and says when there is no such key", async () => {
    const key = (await create()).stdout.trim();
    const { code, stderr } = await ladmin("key", "revoke", key, "--yes");
    expect(code).toBe(4);
    expect(stderr).not.toContain(key);
    expect(await deployment.accepts(key)).toBe(true);
    expect(await ladmin("key", "revoke", "key_nope", "--yes")).toMatchObject({ code: 3 });
  });
});

describe("key ceiling", () => {
  const ceiling = { permissions: { contents: "read" }, repositories: ["api", "web"] };
  const asked = ["--permission", "contents:read", "--repository", "api", "web"];
  const stored = async (id: string) => (await deployment.store.keys.find(id))?.tokenCeiling;

  test("is given to a new key, and outlives its rotation", async () => {
    const created = (await create(...asked, "--json")).json();
    expect(created).toMatchObject({ tokenCeiling: ceiling });
    await done("key", "rotate", created.id);
    expect(JSON.parse((await stored(created.id)) ?? "")).toEqual(ceiling);
    expect((await ladmin("key", "ceiling", "show", created.id)).stdout).toBe(
      "permission contents:read\nrepository api\nrepository web\n",
    );
  });

  test("is set, replaced and cleared, each with one line of the audit log", async () => {
    const { id } = (await create("--json")).json();
    expect(await ladmin("key", "ceiling", "show", id)).toMatchObject({ code: 0, stdout: "" });
    const before = await audit();
    const set = await ladmin("key", "ceiling", "set", id, ...asked, "--json");
    expect(set.json()).toEqual({ apiKeyId: id, ceiling });
    await done("key", "ceiling", "set", id, ...asked);
    await done("key", "ceiling", "set", id, "--repository", "api");
    expect(await stored(id)).toBe('{"repositories":["api"]}');
    const [line] = await deployment.store.audit.tail({ organizationId: org }, 1);
    expect(line).toMatchObject({
      actor: "operator",
      target: id,
      details: '{"repositories":["api"]}',
    });
    await done("key", "ceiling", "clear", id);
    await done("key", "ceiling", "clear", id);
    expect(await stored(id)).toBeNull();
    const changes = ["key.ceiling.clear", "key.ceiling.set", "key.ceiling.set"];
    expect((await audit()).toSorted()).toEqual([...before, ...changes].toSorted());
  });

  test("refuses what says nothing, or means nothing", async () => {
    const { id } = (await create("--json")).json();
    const set = (...args: string[]) => ladmin("key", "ceiling", "set", id, ...args);
    expect(await set()).toMatchObject({ code: 2, stdout: "" });
    expect(await set("--permission", "contents:own")).toMatchObject({ code: 4, stdout: "" });
    expect(await set("--repository", "acme/api")).toMatchObject({ code: 4, stdout: "" });
    const nobody = ["key", "ceiling", "set", "key_nope", "--repository", "api"];
    expect(await ladmin(...nobody)).toMatchObject({ code: 3, stdout: "" });
    expect(await stored(id)).toBeNull();
  });
});

test("tier set moves a key to another tier", async () => {
  const { id } = (await create("--json")).json();
  expect(await ladmin("tier", "set", id, "partner")).toMatchObject({ code: 0, stdout: "" });
  expect(await deployment.store.keys.find(id)).toMatchObject({ tier: "partner" });
  const refused = await ladmin("tier", "set", id, "gold");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("standard, pilot, partner, unlimited");
  expect(await deployment.here("tier", "set", "key_nope", "pilot")).toMatchObject({ code: 3 });
  const set = await deployment.here("tier", "set", id, "pilot", "--json");
  expect(set.json()).toMatchObject({ id, tier: "pilot" });
});

test("key list shows an organization's keys", async () => {
  const other = await done("org", "create", "Other");
  expect(await ladmin("key", "list", "--org", other)).toMatchObject({ code: 0, stdout: "" });
  const args = ["--org", other, "--name", "app", "--scope", "github:admin", "--expires-in", "15m"];
  await done("key", "create", ...args);
  const [heading, line] = (await done("key", "list", "--org", other)).split("\n");
  expect(heading).toMatch(/^ID +NAME +STATUS +TIER +SCOPES +LAST USED +EXPIRES$/);
  expect(line).toMatch(/^key_\S+ +app +active +standard +github:admin +- +\d{4}-\d\d-\d\d .*Z$/);
  expect(await ladmin("key", "list", "--org", "org_nope")).toMatchObject({ code: 3 });
  expect(await deployment.here("key", "list")).toMatchObject({ code: 2 });
});

test("no text of a key is in the database, in a list or in the audit log", async () => {
  const created = (await create()).stdout.trim();
  const rotated = await done("key", "rotate", keyIdOf(created));
  const places = [
    (await readFile(deployment.databaseFile)).toString("latin1"),
    (await readFile(`${deployment.databaseFile}-wal`)).toString("latin1"),
    await done("key", "list", "--org", org, "--json"),
    await done("audit", "tail", "--org", org, "--json", "-n", "1000"),
  ];
  expect(places.join("")).toContain(keyIdOf(created));
  for (const key of [created, rotated]) {
    const secret = key.split("_").slice(3).join("_").slice(0, 43);
    for (const place of places) expect(place.includes(secret)).toBe(false);
  }
});
