import { existsSync } from "node:fs";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { readDatabaseFile } from "@layers/api/admin";
import { inspectSqlite, openSqlite } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";

/** `migrate`: brings the schema up to date, as each start of the service does. */
export function addMigrateCommand(program: CommandUnknownOpts, { env, output }: Deps): void {
  program
    .command("migrate")
    .description("create the database or bring its schema up to date; print what ran")
    .addHelpText("after", examples("migrate"))
    .action(async () => {
      const file = readDatabaseFile(env);
      if (existsSync(file)) requireKnownSchema(file);
      const store = openSqlite({ file });
      try {
        const ran = await store.migrate();
        output.data({ ran }, ran.join("\n"));
        if (ran.length === 0) output.note("The schema is up to date already.");
      } finally {
        await store.close();
      }
    });
}

function requireKnownSchema(file: string): void {
  const { unknown, damage } = inspectSqlite(file);
  if (damage.length > 0)
    throw new CommandError(
      "UNAVAILABLE",
      `The database is damaged: restore a backup with \`ladmin restore <file>\`. (${damage[0]})`,
    );
  if (unknown.length > 0)
    throw new CommandError(
      "CONFLICT",
      `The database is of a newer version (${unknown.join(", ")}): use that version's ladmin.`,
    );
}
