import { CompiledQuery, type Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Database } from "../database.ts";
import type { Dialect } from "../dialect.ts";
import { initial } from "./0001-initial.ts";
import { members } from "./0002-members.ts";
import { auditChain } from "./0003-audit-chain.ts";
import { enterpriseGrants } from "./0004-enterprise-grants.ts";
import { jobs } from "./0005-jobs.ts";
import { githubLinks } from "./0006-github-links.ts";
import { plans } from "./0007-plans.ts";
import { webhookDeliveries } from "./0008-webhook-deliveries.ts";
import { endedAttempts } from "./0009-ended-attempts.ts";
import { tokenCeilings } from "./0010-token-ceilings.ts";

/** In order. One text for every dialect; never edited once released. */
const migrations: Record<string, (dialect: Dialect) => string[]> = {
  "0001-initial": initial,
  "0002-members": members,
  "0003-audit-chain": auditChain,
  "0004-enterprise-grants": enterpriseGrants,
  "0005-jobs": jobs,
  "0006-github-links": githubLinks,
  "0007-plans": plans,
  "0008-webhook-deliveries": webhookDeliveries,
  "0009-ended-attempts": endedAttempts,
  "0010-token-ceilings": tokenCeilings,
};

export const migrationNames: readonly string[] = Object.keys(migrations);

const toMigration = (statements: string[]): Migration => ({
  async up(db) {
    for (const statement of statements) await db.executeQuery(CompiledQuery.raw(statement));
  },
});

/** What runs the migrations in a dialect's words. */
export function createMigrator(db: Kysely<Database>, dialect: Dialect): Migrator {
  const byName = Object.entries(migrations).map(
    ([name, write]) => [name, toMigration(write(dialect))] as const,
  );
  const provider = { getMigrations: async () => Object.fromEntries(byName) };
  return new Migrator({ db, provider });
}

/** Brings the schema up to date and returns the names of the migrations that ran. */
export async function migrate(db: Kysely<Database>, dialect: Dialect): Promise<string[]> {
  const { error, results = [] } = await createMigrator(db, dialect).migrateToLatest();
  if (error) throw error;
  return results.map(({ migrationName }) => migrationName);
}

/** Whether every migration that this code knows has run. */
export async function isCurrent(db: Kysely<Database>, dialect: Dialect): Promise<boolean> {
  const all = await createMigrator(db, dialect).getMigrations();
  return all.every(({ executedAt }) => executedAt !== undefined);
}
