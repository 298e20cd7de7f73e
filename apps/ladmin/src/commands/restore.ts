import { chmodSync, chownSync, existsSync, rmSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { readDatabaseFile, recordRestore, toTime } from "@layers/api/admin";
import {
  copySqlite,
  inspectSqlite,
  openSqlite,
  swapSqlite,
  toStorageFailure,
} from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";

/** `restore`: puts a backup in the database's place. */
export function addRestoreCommand(program: CommandUnknownOpts, deps: Deps): void {
  const { output, confirm } = deps;
  program
    .command("restore")
    .description("put a backup in the database's place, while no service runs")
    .argument("<file>", "a copy that `ladmin backup` made")
    .option("-y, --yes", "do not ask")
    .option("--force", "even though a service has the database open; restart it afterwards")
    .addHelpText("after", examples("restore /backups/layers-2026-04-18T1914.db"))
    .action(async (file, { yes, force = false }) => {
      const from = resolve(file);
      const target = readDatabaseFile(deps.env);
      if (!existsSync(from)) throw new CommandError("NOT_FOUND", `There is no file ${from}.`);
      await confirm(`Replace ${target} by ${from}?`, { yes });
      const { keptAs, pending } = await restore(deps, { from, file: target, force });
      output.data({ file: target, restoredFrom: from, keptAs }, "");
      output.note(`${target} is what ${from} holds.${keptAs ? ` The old one: ${keptAs}` : ""}`);
      if (pending > 0) output.note("Its schema is older: start the service, or `ladmin migrate`.");
    });
}

interface Restore {
  readonly from: string;
  readonly file: string;
  readonly force: boolean;
}

async function restore(deps: Deps, { from, file, force }: Restore) {
  const draft = `${file}.${process.pid}.restoring`;
  const moment = toTime(deps.clock()).replaceAll(/[-:]|\.\d+/g, "");
  const keptAs = existsSync(file) ? `${file}.${moment}.old` : null;
  try {
    const pending = await prepare(deps, from, draft);
    if (keptAs !== null) takeOver(draft, file);
    swap({ draft, file, keptAs: keptAs ?? `${file}.${moment}.old`, force });
    return { keptAs, pending };
  } finally {
    for (const part of ["", "-wal", "-shm", "-journal"]) rmSync(draft + part, { force: true });
  }
}

/** Makes the copy that is to be the database, and returns how many migrations it lacks. */
async function prepare({ showProgress, clock }: Deps, from: string, draft: string) {
  const unfit = (why: string) =>
    new CommandError("VALIDATION", `${from} cannot be restored: ${why}.`);
  try {
    await showProgress("Copying", (onProgress) => copySqlite({ from, to: draft, onProgress }));
  } catch (error) {
    throw toStorageFailure(error) === "damaged" ? unfit((error as Error).message) : error;
  }
  const { damage, applied, pending, unknown } = inspectSqlite(draft);
  if (damage[0] !== undefined) throw unfit(`it is damaged (${damage[0]})`);
  if (applied.length === 0) throw unfit("it is no database of this service");
  if (unknown.length > 0) throw unfit("it is of a newer version; use that version's ladmin");
  const store = openSqlite({ file: draft });
  try {
    await recordRestore({ store, clock }, basename(from));
  } finally {
    await store.close();
  }
  return pending.length;
}

/** Gives the copy to whom the database belongs: the service must be able to open it. */
function takeOver(draft: string, file: string): void {
  const { uid, gid, mode } = statSync(file);
  chownSync(draft, uid, gid);
  chmodSync(draft, mode & 0o777);
}

function swap(options: Parameters<typeof swapSqlite>[0]): void {
  try {
    swapSqlite(options);
  } catch (error) {
    const failure = toStorageFailure(error);
    if (failure === "busy")
      throw new CommandError(
        "CONFLICT",
        "A service has the database open: stop it, or say --force and restart it afterwards.",
      );
    if (failure === "damaged")
      throw new CommandError(
        "CONFLICT",
        "The present database is damaged, so nobody can tell whether a service uses it: stop the service and say --force.",
      );
    throw error;
  }
}
