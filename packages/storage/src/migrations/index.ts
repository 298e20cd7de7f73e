import { CompiledQuery, type Kysely } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import type { Database } from "../database.ts";
import type { Dialect } from "../dialect.ts";
import { initial } from "./0001-initial.ts";

/** In order. One text for every dialect; never edited once released. */
const migrations: Record<string, (dialect: Dialect) => string[]> = {
  "0001-initial": initial,
};

export const migrationNames: readonly string[] = Object.keys(migrations);

const toMigration = (statements: string[]): Migration => ({
  async up(db) {
    for (const statement of statements) await db.executeQuery(CompiledQuery.raw(statement));
  },
});

function provider(dialect: Dialect): MigrationProvider {
  const byName = Object.entries(migrations).map(
    ([name, write]) => [name, toMigration(write(dialect))] as const,
  );
  return { getMigrations: async () => Object.fromEntries(byName) };
}

/** Brings the schema up to date and returns the names of the migrations that ran. */
export async function migrate(db: Kysely<Database>, dialect: Dialect): Promise<string[]> {
  const migrator = new Migrator({ db, provider: provider(dialect) });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map(({ migrationName }) => migrationName);
}

/** Whether every migration that this code knows has run. */
export async function isCurrent(db: Kysely<Database>, dialect: Dialect): Promise<boolean> {
  const migrator = new Migrator({ db, provider: provider(dialect) });
  const all = await migrator.getMigrations();
  return all.every(({ executedAt }) => executedAt !== undefined);
}
