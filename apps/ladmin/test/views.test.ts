import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { AttemptRow, BindingRow } from "@layers/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, deploy, start } from "./deployment.ts";

let deployment: Deployment;
let ladmin: Deployment["ladmin"];
let here: Deployment["here"];
let org: string;
let apiKeyId: string;
beforeAll(async () => {
  deployment = await deploy();
  ({ ladmin, here } = deployment);
  org = await deployment.done("org", "create", "Acme");
  const args = ["--org", org, "--name", "k", "--scope", "*", "--json"];
  apiKeyId = (await ladmin("key", "create", ...args)).json().id;
});
afterAll(() => deployment[Symbol.asyncDispose]());

const future = Date.now() * 1000 + 3_600_000_000;

async function addAttempt(id: string, changes: Partial<AttemptRow> = {}) {
  await deployment.store.attempts.insert({
    id,
    organizationId: org,
    apiKeyId,
    userId: null,
    returnUrl: "https://app.example.com/callback",
    stateHash: createHash("sha256").update(id).digest(),
    issuer: "https://github.example",
    status: "created",
    reason: null,
    createdAt: 1,
    expiresAt: future,
    installationId: null,
    accountId: null,
    accountLogin: null,
    githubUserId: null,
    proofKind: null,
    provenAt: null,
    requestIds: null,
    ...changes,
  });
}

const addBinding = (id: string, changes: Partial<BindingRow> = {}) =>
  deployment.store.bindings.bind({
    id,
    organizationId: org,
    attemptId: "att_1",
    host: "https://github.example",
    appId: "1",
    installationId: 50_291_845,
    accountId: 7,
    accountLogin: "acme",
    accountType: "Organization",
    registeredAt: 1_000_000,
    lastVerifiedAt: 2_000_000,
    ...changes,
  });

describe("attempt", () => {
  beforeAll(async () => {
    await addAttempt("att_1", { createdAt: 1 });
    await addAttempt("att_2", { createdAt: 2, status: "failed", reason: "access_denied" });
    await addAttempt("att_3", { createdAt: 3, expiresAt: 4 });
  });

  test("list shows them as partners see them, the newest first", async () => {
    const { code, stdout } = await ladmin("attempt", "list", "--org", org);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ID +STATUS +REASON +ACCOUNT .*\natt_3 +expired .*\natt_2 +failed +access_denied +.*\natt_1 +created /,
    );
    const list = async (...more: string[]) =>
      (await here("attempt", "list", "--org", org, "--json", ...more))
        .json()
        .items.map(({ id }) => id);
    expect(await list()).toEqual(["att_3", "att_2", "att_1"]);
    expect(await list("--status", "expired")).toEqual(["att_3"]);
    expect(await list("--status", "failed")).toEqual(["att_2"]);
    expect(await list("-n", "1")).toEqual(["att_3"]);
  });

  test.each([
    [["--status", "lost"], 4],
    [["--org", "org_nope"], 3],
    [["-n", "0"], 4],
    [["-n", "1e3"], 4],
  ])("list refuses %j with %i", async (more, code) => {
    expect(await here("attempt", "list", "--org", org, ...more)).toMatchObject({ code });
  });

  test("show prints all of one, without its state", async () => {
    const shown = await ladmin("attempt", "show", "att_2", "--json");
    expect(shown.json()).toMatchObject({
      id: "att_2",
      status: "failed",
      reason: "access_denied",
      returnUrl: "https://app.example.com/callback",
      createdAt: "1970-01-01T00:00:00.000Z",
    });
    expect(shown.stdout).not.toMatch(/state/i);
    expect((await here("attempt", "show", "att_2")).stdout).toMatch(/^status +failed$/m);
    expect(await ladmin("attempt", "show", "att_nope")).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("installation", () => {
  test("none is no failure", async () => {
    const { code, stdout, stderr } = await ladmin("installation", "list");
    expect([code, stdout, stderr]).toEqual([0, "", "No installations.\n"]);
    const { stdout: document } = await here("installation", "list", "--json");
    expect(JSON.parse(document)).toEqual({ items: [] });
  });

  test("list shows those that stand, and with --all the others", async () => {
    const other = await deployment.done("org", "create", "Other");
    await addBinding("bnd_1");
    await deployment.store.bindings.detach("bnd_1", 3_000_000);
    await addBinding("bnd_2", { organizationId: other, registeredAt: 4_000_000 });
    const { stdout } = await ladmin("installation", "list");
    expect(stdout).toMatch(
      /^INSTALLATION +ACCOUNT .*\n50291845 +acme +active +org_\S+ +1970-01-01 00:00:04Z +1970-01-01 00:00:02Z\n$/,
    );
    const list = async (...more: string[]) =>
      (await here("installation", "list", "--json", ...more)).json().items.map(({ id }) => id);
    expect(await list("--all")).toEqual(["bnd_1", "bnd_2"]);
    expect(await list("--org", org)).toEqual([]);
    expect(await list("--org", org, "--all")).toEqual(["bnd_1"]);
    expect(await here("installation", "list", "--org", "org_nope")).toMatchObject({ code: 3 });
  });

  test("show finds the use that stands by GitHub's number, and any by our id", async () => {
    const standing = await ladmin("installation", "show", "50291845", "--json");
    expect(standing.json()).toMatchObject({ id: "bnd_2", status: "active", endedAt: null });
    const ended = await here("installation", "show", "bnd_1");
    expect(ended.stdout).toMatch(/^status +detached$/m);
    expect(await ladmin("installation", "show", "1")).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("audit tail", () => {
  test("prints the last lines, of one organization or of all", async () => {
    const { stdout } = await ladmin("audit", "tail", "--org", org);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \S+Z +org_\S+ +operator +organization.create +org_/);
    const all = await here("audit", "tail", "-n", "1", "--json");
    expect(all.json().items).toMatchObject([
      { actor: "operator", action: "organization.create", requestId: null, details: {} },
    ]);
    expect(await here("audit", "tail", "--org", "org_nope")).toMatchObject({ code: 3 });
  });

  test("--follow goes on with what other processes write", async () => {
    const args = ["audit", "tail", "--org", org, "-n", "1", "--follow", "--json"];
    const child = start(deployment.env, args);
    const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await printed.next()).value ?? "null");
    try {
      expect(await next()).toMatchObject({ action: "key.create" });
      await here("consent", "off", org);
      expect(await next()).toMatchObject({ action: "consent.off", target: org });
      await here("consent", "on", org);
      expect(await next()).toMatchObject({ action: "consent.on", target: org });
    } finally {
      child.kill();
      await once(child, "close");
    }
  });

  test("ends quietly when its reader does", async () => {
    const child = start(deployment.env, ["audit", "tail", "--json"]);
    child.stdout.destroy();
    const [code] = await once(child, "close");
    expect(code).toBe(0);
  });
});

describe("audit verify", () => {
  test("finds an untouched log sound, and says what to keep", async () => {
    const { code, stdout, stderr } = await ladmin("audit", "verify", "--org", org);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ORGANIZATION +LINES .*\norg_\S+ +\d+ +0 +[0-9a-f]{64} +-\n$/);
    expect(stderr).toMatch(/Keep the heads/);
    const all = (await here("audit", "verify", "--json")).json().items;
    expect(all.length).toBeGreaterThan(1);
    expect(await here("audit", "verify", "--org", "org_nope")).toMatchObject({ code: 3 });
  });

  test("finds a changed line, names it and fails", async () => {
    const id = await deployment.done("org", "create", "Tampered");
    const raw = new DatabaseSync(deployment.env["DATABASE_URL"]?.slice("file:".length) ?? "");
    raw.exec(`drop trigger "auditLogRefuses_update"`);
    raw.prepare(`update "auditLog" set "actor" = 'nobody' where "organizationId" = ?`).run(id);
    raw.close();
    const [line] = await deployment.store.audit.tail({ organizationId: id }, 1);
    const found = await ladmin("audit", "verify", "--org", id, "--json");
    expect(found.code).toBe(4);
    expect(found.json().items).toMatchObject([{ organizationId: id, brokenAt: line?.id }]);
    expect(found.stderr).toContain(line?.id);
  });
});
