import { existsSync, linkSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { readDatabaseFile } from "@layers/api/admin";
import { copySqlite, inspectSqlite, syncToDisk } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireFile } from "../session.ts";

/** `backup`: copies the database while the service runs. */
export function addBackupCommand(program: CommandUnknownOpts, deps: Deps): void {
  program
    .command("backup")
    .description("copy the database as it is now, while the service runs, and check the copy")
    .argument("<file>", "the copy to make; only its owner can read it")
    .addHelpText("after", examples('backup "/backups/layers-$(date -u +%FT%H%M).db"'))
    .action(async (file) => {
      const from = readDatabaseFile(deps.env);
      requireFile(from);
      const to = resolve(file);
      await backUp(deps, from, to);
      deps.output.data({ file: to }, to);
      deps.output.note("The copy is sound. KEY_PEPPERS and ENCRYPTION_KEYS are not in it.");
    });
}

/** The copy gets its name only once it is complete and sound. */
async function backUp({ showProgress }: Deps, from: string, to: string): Promise<void> {
  const taken = new CommandError("CONFLICT", `${to} exists: a backup overwrites nothing.`);
  if (existsSync(to)) throw taken;
  if (!existsSync(dirname(to)))
    throw new CommandError("NOT_FOUND", `There is no folder ${dirname(to)}.`);
  const draft = `${to}.${process.pid}.partial`;
  try {
    await showProgress("Copying", (onProgress) => copySqlite({ from, to: draft, onProgress }));
    const [damage] = inspectSqlite(draft).damage;
    if (damage !== undefined)
      throw new CommandError("UNAVAILABLE", `The database is damaged, and its copy too: ${damage}`);
    syncToDisk(draft);
    linkSync(draft, to);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? taken : error;
  } finally {
    rmSync(draft, { force: true });
  }
}
