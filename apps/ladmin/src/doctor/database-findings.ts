import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Finding } from "@layers/api/admin";
import { findDiskProblem, inspectSqlite, openSqlite, type SqliteReport } from "@layers/storage";

/** Looks whether the database is there, sound, current, writable and has room to grow. */
export async function findDatabaseProblems(file: string): Promise<Finding[]> {
  if (!existsSync(file))
    return [
      {
        check: "database",
        status: "problem",
        detail: `there is no file ${file}`,
        mend: "check DATABASE_URL, or create one with `ladmin migrate`",
      },
    ];
  const report = inspectSqlite(file);
  const integrity = integrityFinding(report);
  const disk = [await diskFinding(file), await spaceFinding(file)];
  if (integrity.status !== "ok") return [integrity, ...disk];
  return [integrity, schemaFinding(report), ...(await findWriteProblems(file)), ...disk];
}

function integrityFinding({ damage }: SqliteReport): Finding {
  const check = "integrity";
  if (damage.length === 0) return { check, status: "ok", detail: "the whole file is sound" };
  const mend = "restore a backup with `ladmin restore <file>`";
  return { check, status: "problem", detail: damage.join("; "), mend };
}

function schemaFinding({ applied, pending, unknown }: SqliteReport): Finding {
  const check = "schema";
  if (unknown.length > 0)
    return {
      check,
      status: "problem",
      detail: `it is of a newer version (${unknown.join(", ")})`,
      mend: "use that version's ladmin",
    };
  if (pending.length > 0)
    return {
      check,
      status: "problem",
      detail: `${pending.join(", ")} did not run yet`,
      mend: "run `ladmin migrate`, or start the service",
    };
  return { check, status: "ok", detail: applied.at(-1) ?? "" };
}

/** Opening takes the durable settings and reads them back. */
async function findWriteProblems(file: string): Promise<Finding[]> {
  try {
    const store = openSqlite({ file });
    try {
      await store.probeWrite();
    } finally {
      await store.close();
    }
    return [{ check: "database", status: "ok", detail: `${file} takes durable writes` }];
  } catch (error) {
    const detail = `it takes no writes: ${String(error)}`;
    const mend = `see who owns ${file} and its folder, and which process locks it`;
    return [{ check: "database", status: "problem", detail, mend }];
  }
}

/** What was written must stay written. */
async function diskFinding(file: string): Promise<Finding> {
  const check = "disk";
  const detail = await findDiskProblem(file);
  if (!detail) return { check, status: "ok", detail: "a local disk" };
  return { check, status: "problem", detail, mend: "move the database to a local disk" };
}

const leastFreeBytes = 100 * 2 ** 20;
const toMebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

/** There should be room for a copy of the database. */
async function spaceFinding(file: string): Promise<Finding> {
  const check = "disk space";
  const { bavail, bsize } = await statfs(dirname(file));
  const free = bavail * bsize;
  const wanted = Math.max(leastFreeBytes, statSync(file).size);
  const detail = `${toMebibytes(free)} free`;
  if (free >= wanted) return { check, status: "ok", detail };
  return { check, status: "problem", detail, mend: `make room for ${toMebibytes(wanted)}` };
}
