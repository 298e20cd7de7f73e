import { handleJob, type JobHandler, type JobKind } from "@layers/api";
import SqliteFile from "better-sqlite3";
import { z } from "zod";

const Mark = z.strictObject({ name: z.string() });

/** A job whose effect can be counted: it leaves a mark, in a database that is not the queue's. */
export const mark: JobKind<z.infer<typeof Mark>> = { name: "mark", payload: Mark };

/** Where marks are left: at most one for each name, however often the job is run. */
export interface Marks extends Disposable {
  readonly handler: JobHandler;
  /** Names of the marks. */
  list(): string[];
  /** How often a handler ran. */
  countRuns(): number;
  /** The processes that ran handlers. */
  pids(): number[];
}

/** Opens the marks. After each, `afterEffect` is waited for before the job is said to be done. */
export function openMarks(file: string, afterEffect: () => Promise<void>): Marks {
  const database = new SqliteFile(file);
  database.pragma("journal_mode = wal");
  database.exec("create table if not exists marks (name text primary key)");
  database.exec("create table if not exists runs (name text, pid integer)");
  const insertMark = database.prepare("insert or ignore into marks values (?)");
  const insertRun = database.prepare("insert into runs values (?, ?)");
  return {
    handler: handleJob(mark, async ({ payload: { name } }) => {
      database.transaction(() => {
        insertRun.run(name, process.pid);
        insertMark.run(name);
      })();
      await afterEffect();
    }),
    list: () => database.prepare<[], string>("select name from marks").pluck().all(),
    countRuns: () => Number(database.prepare("select count(*) from runs").pluck().get()),
    pids: () => database.prepare<[], number>("select distinct pid from runs").pluck().all(),
    [Symbol.dispose]: () => void database.close(),
  };
}
