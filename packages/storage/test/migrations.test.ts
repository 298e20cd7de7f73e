import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openSqlite } from "../src/index.ts";
import { createMigrator } from "../src/migrations/index.ts";
import { openFile } from "../src/sqlite/open-file.ts";
import { immediateSqliteDialect } from "../src/sqlite/sqlite-dialect.ts";
import { sqliteWords } from "../src/sqlite/sqlite-words.ts";
import { sha256 } from "./fixtures.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-migrations-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A database as an earlier version left it. */
async function openAsOf(migration: string) {
  const file = join(folder, "layers.db");
  const database = openFile(file);
  const db = new Kysely<Database>({ dialect: immediateSqliteDialect(database) });
  const { error } = await createMigrator(db, sqliteWords).migrateTo(migration);
  expect(error).toBeUndefined();
  return { file, database, db };
}

test("0003: lines of the audit log keep their order, and the next one begins the chain", async () => {
  const { file, database, db } = await openAsOf("0002-members");
  for (const [id, organization] of ["1a", "2b", "3a"].map(([n, o]) => [`evt_${n}`, `org_${o}`]))
    database.exec(`insert into "auditLog" values
      ('${id}', 1, '${organization}', 'operator', 'key.create', 'key', null, null, '{}')`);
  await db.destroy();

  const store = openSqlite({ file });
  await store.migrate();
  const line = { at: 2, actor: "operator", action: "x", target: "t", requestId: null };
  const last = {
    ...line,
    id: "evt_4",
    organizationId: "org_a",
    remoteAddress: null,
    details: "{}",
  };
  await store.audit.append(last);
  expect(await store.audit.list({ organizationId: "org_a" }, 10)).toMatchObject([
    { id: "evt_4", sequence: 3, hash: expect.any(Buffer) },
    { id: "evt_3", sequence: 2, hash: null },
    { id: "evt_1", sequence: 1, hash: null },
  ]);
  expect(() => database.exec(`delete from "auditLog"`)).toThrow();
  await store.close();
});

test("0002: attempts and the answers of repeated requests outlive the upgrade", async () => {
  const { file, database, db } = await openAsOf("0001-initial");
  const [state, body] = [sha256("state").toString("hex"), sha256("body").toString("hex")];
  database.exec(`
    insert into "organizations" values ('org_a', 'a', 1, null, 1);
    insert into "apiKeys" values ('key_a', 'org_a', 'k', '[]', '[]', 'standard', 1, null, null);
    insert into "attempts" ("id", "organizationId", "apiKeyId", "returnUrl", "stateHash", "issuer",
      "status", "createdAt", "expiresAt")
      values ('att_a', 'org_a', 'key_a', 'https://a.example', x'${state}', 'h', 'created', 1, 1000);
    insert into "idempotencyKeys" values ('key_a', 'x', 'k', x'${body}', 201, x'00', 1, 1000);
  `);
  await db.destroy();

  const store = openSqlite({ file });
  expect(await store.migrate()).toContain("0002-members");
  expect(await store.attempts.find("att_a")).toMatchObject({ apiKeyId: "key_a", userId: null });
  const repeated = { bodyHash: sha256("body"), createdAt: 2, expiresAt: 3 };
  const id = { holder: "key_a", operation: "x", idempotencyKey: "k" };
  expect(await store.idempotency.begin(id, repeated)).toMatchObject({ status: 201 });
  await store.close();
});
