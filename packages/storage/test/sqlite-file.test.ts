import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteFile from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  copySqlite,
  inspectSqlite,
  openSqlite,
  type Store,
  swapSqlite,
  toStorageFailure,
} from "../src/index.ts";
import { addAttempt, addOrganization, newBinding } from "./fixtures.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layers-file-"));
  store = openSqlite({ file: path("layers.db") });
  await store.migrate();
  await addOrganization(store, "a");
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const copy = (to: string) => copySqlite({ from: path("layers.db"), to: path(to) });

async function organizationsIn(name: string): Promise<string[]> {
  const opened = openSqlite({ file: path(name) });
  try {
    return (await opened.organizations.list()).map(({ id }) => id);
  } finally {
    await opened.close();
  }
}

test("a new database and its log are read by their owner only, whatever the umask", () => {
  for (const name of ["layers.db", "layers.db-wal", "layers.db-shm"])
    expect(statSync(path(name)).mode & 0o777, name).toBe(0o600);
});

describe("a copy", () => {
  test("is one sound file of the moment that only its owner reads", async () => {
    await copy("copy.db");
    await addOrganization(store, "b");
    expect(readdirSync(folder).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
    expect(statSync(path("copy.db")).mode & 0o777).toBe(0o600);
    expect(inspectSqlite(path("copy.db"))).toMatchObject({ damage: [], pending: [], unknown: [] });
    expect(await organizationsIn("copy.db")).toEqual(["org_a"]);
  });

  test("does not start anew, and stays of its moment, when others write meanwhile", async () => {
    const raw = new SqliteFile(path("layers.db"));
    raw.exec("create table filler (a); begin");
    const fill = raw.prepare("insert into filler values (randomblob(100000))");
    for (let each = 0; each < 400; each++) fill.run();
    raw.exec("commit");
    const steps: number[] = [];
    await copySqlite({
      from: path("layers.db"),
      to: path("copy.db"),
      onProgress({ done }) {
        steps.push(done);
        raw.exec(`insert into filler values ('late ${done}')`);
      },
    });
    raw.close();
    expect(steps.length).toBeGreaterThan(3);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    const copied = new SqliteFile(path("copy.db"));
    expect(copied.prepare("select count(*) from filler").pluck().get()).toBe(400);
    copied.close();
  });

  test("overwrites nothing", async () => {
    writeFileSync(path("copy.db"), "mine");
    await expect(copy("copy.db")).rejects.toMatchObject({ code: "EEXIST" });
  });
});

describe("a look into a file", () => {
  test("finds rows that belong to nothing", async () => {
    await copy("copy.db");
    const raw = new SqliteFile(path("copy.db"));
    raw.exec(`pragma foreign_keys = off; delete from organizations`);
    raw.close();
    expect(inspectSqlite(path("copy.db")).damage).toEqual(["rows of apiKeys belong to nothing"]);
  });

  test("tells an empty file from one of ours and from no database", () => {
    writeFileSync(path("empty.db"), "");
    expect(inspectSqlite(path("empty.db"))).toMatchObject({ damage: [], applied: [] });
    writeFileSync(path("text.db"), "text ".repeat(1000));
    expect(inspectSqlite(path("text.db")).damage).toEqual(["SqliteError: file is not a database"]);
    expect(() => inspectSqlite(path("nope.db"))).toThrow("unable to open");
  });
});

describe("a swap", () => {
  const swap = (force: boolean) =>
    swapSqlite({
      draft: path("draft.db"),
      file: path("layers.db"),
      keptAs: path("kept.db"),
      force,
    });

  test("waits for nobody: it is refused while another connection is open", async () => {
    await copy("draft.db");
    let failure: unknown;
    try {
      swap(false);
    } catch (error) {
      failure = error;
    }
    expect(toStorageFailure(failure)).toBe("busy");
    expect(existsSync(path("kept.db"))).toBe(false);
    await addOrganization(store, "b");
    expect(await organizationsIn("layers.db")).toEqual(["org_a", "org_b"]);
  });

  test("keeps the old database with all that its log held", async () => {
    await copy("draft.db");
    await addOrganization(store, "b");
    await store.close();
    swap(false);
    expect(await organizationsIn("layers.db")).toEqual(["org_a"]);
    expect(await organizationsIn("kept.db")).toEqual(["org_a", "org_b"]);
    expect(existsSync(path("draft.db"))).toBe(false);
  });

  test("by force leaves whoever has it open on the kept file", async () => {
    await copy("draft.db");
    swap(true);
    await addOrganization(store, "b");
    expect(await organizationsIn("layers.db")).toEqual(["org_a"]);
    await store.close();
    expect(await organizationsIn("layers.db")).toEqual(["org_a"]);
    expect(await organizationsIn("kept.db")).toEqual(["org_a", "org_b"]);
  });
});

test("what another process changes is seen within a second, what this one changes at once", async () => {
  await addAttempt(store, "a");
  const statusHere = async () => (await store.bindings.findShown("org_a"))?.status;
  expect(await statusHere()).toBeUndefined();
  const other = openSqlite({ file: path("layers.db") });
  try {
    await other.bindings.bind(newBinding("bin_1"));
    await expect.poll(statusHere, { timeout: 1000 }).toBe("active");
    await store.bindings.observe({ id: "bin_1", version: 0 }, { status: "suspended" }, 200);
    expect(await statusHere()).toBe("suspended");
    await other.bindings.detach("bin_1", 300);
    await expect.poll(statusHere, { timeout: 1000 }).toBeUndefined();
  } finally {
    await other.close();
  }
});
