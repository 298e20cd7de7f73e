import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type AuditLine, openSqlite, type Store } from "@layers/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyAuditChain } from "./verify-audit.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layers-audit-"));
  store = openSqlite({ file: join(folder, "layers.db") });
  await store.migrate();
  for (let n = 1; n <= 5; n++) await store.audit.append(line(n));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const line = (n: number): AuditLine => ({
  id: `evt_${n}`,
  at: n,
  organizationId: "org_a",
  actor: "operator",
  action: "key.create",
  target: `key_${n}`,
  requestId: null,
  remoteAddress: null,
  details: "{}",
});

/** What somebody does who has the file, and takes the triggers away first. */
function tamper(sql: string): void {
  const raw = new DatabaseSync(join(folder, "layers.db"));
  raw.exec(`drop trigger "auditLogRefuses_update"; drop trigger "auditLogRefuses_delete"; ${sql}`);
  raw.close();
}

test("K-14: an untouched log is found so, and its head changes with every line", async () => {
  const before = await verifyAuditChain(store, "org_a");
  expect(before).toMatchObject({ lines: 5, unchained: 0, brokenAt: null });
  await store.audit.append(line(6));
  const after = await verifyAuditChain(store, "org_a");
  expect(after).toMatchObject({ lines: 6, brokenAt: null });
  expect(after.head).not.toBe(before.head);
});

test.for([
  ["a changed field", `update "auditLog" set "actor" = 'nobody' where "id" = 'evt_3'`, "evt_3"],
  ["a line taken out", `delete from "auditLog" where "id" = 'evt_3'`, "evt_4"],
  ["the first line taken out", `delete from "auditLog" where "id" = 'evt_1'`, "evt_2"],
  [
    "a line taken out and the rest moved up",
    `delete from "auditLog" where "id" = 'evt_3';
     update "auditLog" set "sequence" = 3 where "id" = 'evt_4';
     update "auditLog" set "sequence" = 4 where "id" = 'evt_5'`,
    "evt_4",
  ],
  ["a hash taken away", `update "auditLog" set "hash" = null where "id" = 'evt_4'`, "evt_4"],
  [
    "two lines exchanged",
    `update "auditLog" set "sequence" = 9 where "id" = 'evt_2';
     update "auditLog" set "sequence" = 2 where "id" = 'evt_3';
     update "auditLog" set "sequence" = 3 where "id" = 'evt_2'`,
    "evt_3",
  ],
] as const)("K-14: %s is found", async ([, sql, brokenAt]) => {
  tamper(sql);
  expect(await verifyAuditChain(store, "org_a")).toMatchObject({ brokenAt });
});

test("K-14: a log cut off at its end has another head", async () => {
  const { head } = await verifyAuditChain(store, "org_a");
  tamper(`delete from "auditLog" where "id" = 'evt_5'`);
  const cut = await verifyAuditChain(store, "org_a");
  expect(cut).toMatchObject({ lines: 4, brokenAt: null });
  expect(cut.head).not.toBe(head);
});
