import SqliteFile from "better-sqlite3";
import { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compileOnce } from "../src/compile-once.ts";
import type { Database } from "../src/database.ts";
import { migrate } from "../src/migrations/index.ts";
import { immediateSqliteDialect } from "../src/sqlite/sqlite-dialect.ts";
import { sqliteWords } from "../src/sqlite/sqlite-words.ts";

let db: Kysely<Database>;
beforeEach(async () => {
  db = new Kysely({ dialect: immediateSqliteDialect(new SqliteFile(":memory:")) });
  await migrate(db, sqliteWords);
  for (const name of ["a", "b"])
    await db
      .insertInto("organizations")
      .values({ id: `org_${name}`, name, consentRequired: 1, suspendedAt: null, createdAt: 1 })
      .execute();
});
afterEach(() => db.destroy());

test("a query that is compiled once answers each run by its own values", async () => {
  let builds = 0;
  const listNames = compileOnce(db, (id: string, createdAt: number) => {
    builds += 1;
    return db
      .selectFrom("organizations")
      .select("name")
      .where("id", "=", id)
      .where("createdAt", "=", createdAt);
  });
  expect(await listNames("org_a", 1)).toEqual([{ name: "a" }]);
  expect(await listNames("org_b", 1)).toEqual([{ name: "b" }]);
  expect(await listNames("org_b", 2)).toEqual([]);
  expect(builds).toBe(1);
});

test("a query with a parameter that is not among its values is refused", async () => {
  const listNames = compileOnce(db, (id: string) =>
    db.selectFrom("organizations").select("name").where("id", "=", id).where("name", "=", "a"),
  );
  await expect(listNames("org_a")).rejects.toThrow("Not a query of its values alone: select");
});
