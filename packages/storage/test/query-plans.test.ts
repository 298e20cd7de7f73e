import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CompiledQuery, Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openSqlite } from "../src/index.ts";
import { attemptQueries } from "../src/queries/attempts.ts";
import { jobQueries } from "../src/queries/jobs.ts";
import { keyUseQueries } from "../src/queries/key-uses.ts";
import { openFile } from "../src/sqlite/open-file.ts";
import { immediateSqliteDialect } from "../src/sqlite/sqlite-dialect.ts";

let folder: string;
let queries: CompiledQuery[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layers-plans-"));
  queries = [];
  const store = openSqlite({ file: join(folder, "layers.db") });
  await store.migrate();
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A connection whose queries are remembered. */
function openLogged() {
  const database = openFile(join(folder, "layers.db"));
  const db = new Kysely<Database>({
    dialect: immediateSqliteDialect(database),
    log({ query }) {
      queries.push(query);
    },
  });
  return { database, db };
}

test("R-23: whoever looks for jobs reads an index of those that wait or run, never all jobs", async () => {
  const { database, db } = openLogged();
  const jobs = jobQueries(db);
  const job = { id: "job_1", kind: "k", organizationId: "org_a", lane: 1, uniqueKey: "u" };
  const times = { maxAttempts: 1, runAt: 1, createdAt: 1, payload: "{}" };
  await jobs.enqueue({ ...job, ...times });
  await jobs.enqueue({ ...job, ...times, id: "job_2" });
  await jobs.isDue(5);
  const claimed = await jobs.claim({ slots: 1, perOrganization: 5, leasedUntil: 9 }, 5);
  await jobs.extend(claimed, 9, 6);
  await jobs.takeOver(9);
  await jobs.countByKind();
  await jobs.deleteEnded("done", 1);
  await jobs.deleteEnded("dead", 1);

  const looked = queries.filter(({ sql }) => /"jobs"/.test(sql) && !sql.startsWith("insert"));
  const plans = looked.flatMap(({ sql, parameters }) =>
    database
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail),
  );
  expect(looked.length).toBeGreaterThan(9);
  const steps = plans.filter((detail) => /(?:SCAN|SEARCH) (?:jobs|twin)\b/.test(detail));
  expect(steps.length).toBeGreaterThan(9);
  expect(steps.filter((detail) => !/USING (?:COVERING )?INDEX/.test(detail))).toEqual([]);
  await db.destroy();
});

test("A205: a clean-up reads an index of the attempts that came to nothing, never all attempts", async () => {
  const { database, db } = openLogged();
  await attemptQueries(db).deleteExpired(5, 100);
  const [removal] = queries.filter(({ sql }) => sql.startsWith('delete from "attempts"'));
  const plan = database
    .prepare<unknown[], { detail: string }>(`explain query plan ${removal?.sql ?? ""}`)
    .all(...(removal?.parameters ?? []))
    .map(({ detail }) => detail);
  expect(plan).toContainEqual(expect.stringContaining("endedAttempts (expiresAt<?)"));
  expect(plan.filter((detail) => detail.startsWith("SCAN attempts"))).toEqual([]);
  await db.destroy();
});

test("K-11: the uses of a thousand keys are written by one statement", async () => {
  const { database, db } = openLogged();
  // The keys themselves are not there.
  database.pragma("foreign_keys = 0");
  const uses = keyUseQueries(db);
  const at = (lastUsedAt: number) =>
    Array.from({ length: 1000 }, (_, each) => ({ apiKeyId: `key_${each}`, lastUsedAt }));
  await uses.record(at(20));
  await uses.record(at(10));
  expect(queries).toHaveLength(2);
  for (const key of ["key_0", "key_999"]) expect(await uses.find(key)).toBe(20);
  await db.destroy();
});
