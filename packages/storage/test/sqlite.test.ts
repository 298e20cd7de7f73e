import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteFile from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isStorageFailure, openSqlite } from "../src/index.ts";
import { migrationNames } from "../src/migrations/index.ts";
import { problemOfDisk } from "../src/sqlite/disk-problem.ts";
import { openFile } from "../src/sqlite/open-file.ts";
import { describeStore } from "./conformance/index.ts";
import { addAttempt, addOrganization, newBinding } from "./fixtures.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = () => join(folder, "layers.db");

async function open() {
  const store = openSqlite({ file: file() });
  await store.migrate();
  return store;
}

describeStore("SQLite", open);

describe("SQLite's own", () => {
  test("R-01: every open, also of an existing file, waits for the disk at each commit", () => {
    for (const round of ["new", "existing"]) {
      const database = openFile(file());
      database.exec(`create table if not exists t (a); insert into t values ('${round}')`);
      const settings = {
        journal_mode: "wal",
        synchronous: 2,
        busy_timeout: 5000,
        foreign_keys: 1,
        trusted_schema: 0,
        cell_size_check: 1,
      };
      for (const [name, value] of Object.entries(settings))
        expect(database.pragma(name, { simple: true }), name).toBe(value);
      database.close();
    }
  });

  test.each([
    ["NFS", 0x6969, "network"],
    ["CIFS", 0xff534d42, "network"],
    ["SMB", 0xfe534d42, "network"],
    ["9P", 0x01021997, "network"],
    ["tmpfs", 0x01021994, "memory"],
    ["ext4", 0xef53, undefined],
    ["XFS", 0x58465342, undefined],
    ["Btrfs", 0x9123683e, undefined],
    ["a container's layers", 0x794c7630, undefined],
    ["of another system", 0, undefined],
  ])("R-01: a database on %s is told from one that is safe", (name, type, why) => {
    const problem = problemOfDisk(type);
    if (why === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(new RegExp(`${name}.*${why}|${why}.*${name}`));
  });

  test("a schema that is not current is told from one that is", async () => {
    const store = openSqlite({ file: file() });
    expect(await store.isCurrent()).toBe(false);
    expect(await store.migrate()).toEqual([...migrationNames]);
    expect(await store.isCurrent()).toBe(true);
    await store.close();
  });

  test("R-03: wrong types, ids and states are refused by the tables", async () => {
    const store = await open();
    await addOrganization(store, "a");
    await store.close();
    const raw = new SqliteFile(file());
    const refused = (sql: string) =>
      expect(() => raw.exec(sql), sql).toThrow(/constraint|cannot store/);
    refused(`insert into organizations values ('o', 'n', 2, null, 1)`);
    refused(`insert into organizations values ('o', 'n', 'x', null, 1)`);
    refused(`insert into organizations values (null, 'n', 1, null, 1)`);
    refused(`update "apiKeys" set tier = 'free'`);
    refused(
      `insert into bindings values
       ('b', 'org_a', 'att', 'h', '1', 0, 1, 'l', 'User', 'active', 1, 1, null, null, 0, 0)`,
    );
    refused(
      `insert into bindings values
       ('b', 'org_a', 'att', 'h', '1', 1, 1, 'l', 'Enterprise', 'active', 1, 1, null, null, 0, 0)`,
    );
    raw.close();
  });

  test("K-14: the audit log can be neither changed nor shortened", async () => {
    const store = await open();
    await store.audit.append({
      id: "evt_1",
      at: 1,
      organizationId: "o",
      actor: "a",
      action: "x",
      target: "t",
      requestId: null,
      remoteAddress: null,
      details: "{}",
    });
    await store.close();
    const raw = new SqliteFile(file());
    expect(() => raw.exec(`update "auditLog" set actor = 'b'`)).toThrow("append-only");
    expect(() => raw.exec(`delete from "auditLog"`)).toThrow("append-only");
    raw.close();
  });

  test("what another process commits is seen, and a lock it holds too long is a storage failure", async () => {
    const store = await open();
    await addOrganization(store, "a");
    const other = new SqliteFile(file());
    other.exec(`update organizations set "suspendedAt" = 7`);
    expect(await store.organizations.find("org_a")).toMatchObject({ suspendedAt: 7 });
    other.close();
    await store.close();
    const readOnly = new SqliteFile(file(), { readonly: true });
    let error: unknown;
    try {
      readOnly.exec(`delete from organizations`);
    } catch (thrown) {
      error = thrown;
    }
    expect(isStorageFailure(error)).toBe(true);
    expect(isStorageFailure(new Error("SQLITE_FULL"))).toBe(false);
    readOnly.close();
  });

  test("nothing acknowledged is lost when the file is opened anew", async () => {
    const store = await open();
    await addOrganization(store, "a");
    await addAttempt(store, "a");
    await store.bindings.bind(newBinding("one"));
    await store.close();
    const again = await open();
    expect(await again.bindings.findActive("org_a")).toMatchObject({ id: "one" });
    await again.close();
  });
});
