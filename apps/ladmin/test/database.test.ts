import { chmod, copyFile, open, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { inspectSqlite, openSqlite } from "@layers/storage";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Deployment, deploy, run } from "./deployment.ts";

let deployment: Deployment;
let ladmin: Deployment["ladmin"];
let here: Deployment["here"];
beforeEach(async () => {
  deployment = await deploy();
  ({ ladmin, here } = deployment);
});
afterEach(() => deployment[Symbol.asyncDispose]());

const path = (name: string) => join(deployment.folder, name);

async function namesIn(file: string): Promise<string[]> {
  const store = openSqlite({ file });
  try {
    return (await store.organizations.list()).map(({ name }) => name);
  } finally {
    await store.close();
  }
}

describe("migrate", () => {
  test("creates a database that only its owner reads, and then has nothing to do", async () => {
    const file = path("new.db");
    const env = { DATABASE_URL: `file:${file}` };
    const first = await run(env, ["migrate"]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("0001-initial\n");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const second = await run(env, ["migrate", "--json"]);
    expect(second.json()).toEqual({ ran: [] });
    expect((await run(env, ["migrate"])).stderr).toContain("up to date already");
  });

  test("is asked for by what finds an older schema", async () => {
    await writeFile(path("empty.db"), "");
    const env = { DATABASE_URL: `file:${path("empty.db")}` };
    const { code, stderr } = await run(env, ["org", "list"]);
    expect(code).toBe(5);
    expect(stderr).toContain("ladmin migrate");
  });

  test("refuses a database of a newer version, as restore does", async () => {
    await here("org", "create", "Acme");
    await here("backup", path("copy.db"));
    const raw = new DatabaseSync(path("copy.db"));
    raw.exec("insert into kysely_migration values ('9999-future', '2100-01-01T00:00:00.000Z')");
    raw.close();
    const { code, stderr } = await run({ DATABASE_URL: `file:${path("copy.db")}` }, ["migrate"]);
    expect(code).toBe(4);
    expect(stderr).toContain("9999-future");
    const restored = await here("restore", path("copy.db"), "--yes");
    expect(restored.code).toBe(4);
    expect(restored.stderr).toContain("newer version");
  });

  test("refuses a damaged database", async () => {
    await here("org", "create", "Acme");
    await deployment.stopService();
    await damage(deployment.databaseFile);
    const { code, stderr } = await ladmin("migrate");
    expect(code).toBe(5);
    expect(stderr).toContain("ladmin restore");
  });
});

/** Tears a page in the middle of a database. */
async function damage(file: string): Promise<void> {
  const handle = await open(file, "r+");
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(4096, 7), 0, 4096, Math.floor(size / 8192) * 4096);
  await handle.close();
}

describe("backup", () => {
  test("makes a sound copy that only its owner reads, and overwrites nothing", async () => {
    await here("org", "create", "Acme");
    const { code, stdout, stderr } = await ladmin("backup", path("copy.db"));
    expect([code, stdout]).toEqual([0, `${path("copy.db")}\n`]);
    expect(stderr).toContain("KEY_PEPPERS");
    expect((await stat(path("copy.db"))).mode & 0o777).toBe(0o600);
    expect(inspectSqlite(path("copy.db"))).toMatchObject({ damage: [], pending: [] });
    expect(await namesIn(path("copy.db"))).toEqual(["Acme"]);
    const again = await ladmin("backup", path("copy.db"));
    expect(again).toMatchObject({ code: 4, stdout: "" });
    expect(again.stderr).toContain("overwrites nothing");
    const document = await here("backup", path("other.db"), "--json");
    expect(document.json()).toEqual({ file: path("other.db") });
    expect(await ladmin("backup", path("nowhere/copy.db"))).toMatchObject({ code: 3 });
    expect((await readdir(deployment.folder)).filter((name) => name.includes("partial"))).toEqual(
      [],
    );
  });

  test("R-04: during writes it holds every write that was acknowledged before it began", async () => {
    const { store } = deployment;
    const add = (name: string, size = 10) =>
      store.organizations.insert({
        id: `org_${name}`,
        name: name.padEnd(size, "."),
        consentRequired: 1,
        suspendedAt: null,
        createdAt: 1,
      });
    await store.transaction(async (tx) => {
      for (let each = 0; each < 300; each++)
        await tx.organizations.insert({
          id: `org_big${each}`,
          name: "x".repeat(100_000),
          consentRequired: 1,
          suspendedAt: null,
          createdAt: 1,
        });
    });
    let written = 0;
    const stopping = new AbortController();
    const writing = (async () => {
      while (!stopping.signal.aborted) {
        await add(`w${written}`);
        written++;
        await setImmediate();
      }
    })();
    try {
      await expect.poll(() => written).toBeGreaterThan(50);
      for (const round of [1, 2]) {
        const acknowledged = written;
        expect(await ladmin("backup", path(`copy${round}.db`))).toMatchObject({ code: 0 });
        expect(written).toBeGreaterThan(acknowledged);
        const { damage: found } = inspectSqlite(path(`copy${round}.db`));
        expect(found).toEqual([]);
        const copied = (await namesIn(path(`copy${round}.db`))).length - 300;
        expect(copied).toBeGreaterThanOrEqual(acknowledged);
        expect(copied).toBeLessThanOrEqual(written);
      }
    } finally {
      stopping.abort();
      await writing;
    }
  });
});

describe("restore", () => {
  const backedUp = async () => {
    await here("org", "create", "Before");
    await here("backup", path("copy.db"));
    await here("org", "create", "After");
  };

  test("puts a backup in the database's place and keeps the old one", async () => {
    await backedUp();
    await deployment.stopService();
    await chmod(deployment.databaseFile, 0o640);
    const { json, stderr } = await ladmin("restore", path("copy.db"), "--yes", "--json");
    expect(stderr).toBe("");
    const { keptAs, ...rest } = json();
    expect(rest).toEqual({ file: deployment.databaseFile, restoredFrom: path("copy.db") });
    expect(await namesIn(deployment.databaseFile)).toEqual(["Before"]);
    expect((await stat(deployment.databaseFile)).mode & 0o777).toBe(0o640);
    expect(await namesIn(String(keptAs))).toEqual(["Before", "After"]);
    const tail = await here("audit", "tail", "-n", "1", "--json");
    expect(tail.json().items).toMatchObject([
      { organizationId: null, actor: "operator", action: "database.restore" },
    ]);
    expect((await readdir(deployment.folder)).filter((name) => name.includes("restoring"))).toEqual(
      [],
    );
    expect(inspectSqlite(path("copy.db")).damage).toEqual([]);
  });

  test("works where no database is yet", async () => {
    await backedUp();
    const env = { ...deployment.env, DATABASE_URL: `file:${path("fresh.db")}` };
    const restored = await run(env, ["restore", path("copy.db"), "--yes", "--json"]);
    expect(restored.json()).toMatchObject({ keptAs: null });
    expect(await namesIn(path("fresh.db"))).toEqual(["Before"]);
    expect((await stat(path("fresh.db"))).mode & 0o777).toBe(0o600);
  });

  test("asks first", async () => {
    await backedUp();
    await deployment.stopService();
    expect(await ladmin("restore", path("copy.db"))).toMatchObject({ code: 2, stdout: "" });
    expect(await namesIn(deployment.databaseFile)).toEqual(["Before", "After"]);
  });

  test("refuses while a service has the database open, unless it is forced", async () => {
    await backedUp();
    const refused = await ladmin("restore", path("copy.db"), "--yes");
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toContain("stop it, or say --force");
    expect(await deployment.store.organizations.list()).toHaveLength(2);
    const forced = await ladmin("restore", path("copy.db"), "--yes", "--force", "--json");
    const { keptAs } = forced.json();
    await here("org", "create", "Restored");
    await deployment.store.organizations.setSuspendedAt("org_nope", 1);
    await deployment.stopService();
    expect(await namesIn(deployment.databaseFile)).toEqual(["Before", "Restored"]);
    expect(await namesIn(String(keptAs))).toEqual(["Before", "After"]);
  });

  test("refuses what is no backup, is damaged, or is not there, and changes nothing", async () => {
    await backedUp();
    await deployment.stopService();
    await writeFile(path("text.db"), "text ".repeat(1000));
    await writeFile(path("empty.db"), "");
    await copyFile(path("copy.db"), path("torn.db"));
    await damage(path("torn.db"));
    await copyFile(path("copy.db"), path("short.db"));
    await truncate(path("short.db"), 8192);
    for (const name of ["text.db", "empty.db", "torn.db", "short.db"]) {
      const { code, stdout, stderr } = await here("restore", path(name), "--yes");
      expect([name, code, stdout]).toEqual([name, 4, ""]);
      expect(stderr).toContain(`${path(name)} cannot be restored`);
    }
    expect(await ladmin("restore", path("nope.db"), "--yes")).toMatchObject({ code: 3 });
    expect(await namesIn(deployment.databaseFile)).toEqual(["Before", "After"]);
    expect((await readdir(deployment.folder)).filter((name) => /old|restoring/.test(name))).toEqual(
      [],
    );
  });

  test("replaces a damaged database only when forced", async () => {
    await backedUp();
    await deployment.stopService();
    await writeFile(deployment.databaseFile, "text ".repeat(1000));
    const refused = await here("restore", path("copy.db"), "--yes");
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("damaged");
    expect(await ladmin("restore", path("copy.db"), "--yes", "--force")).toMatchObject({ code: 0 });
    expect(await namesIn(deployment.databaseFile)).toEqual(["Before"]);
    await rm(deployment.databaseFile);
  });
});
