import { setTimeout as sleep } from "node:timers/promises";
import { createLog, createWorker, systemClock } from "@layers/api";
import { openSqlite } from "@layers/storage";
import { openMarks } from "./mark.ts";

/** A worker in a process of its own: the queue's file, the marks' file, and how long a job takes. */
const [queue = "", marks = "", milliseconds = "0"] = process.argv.slice(2);
const store = openSqlite({ file: queue });
const { handler } = openMarks(marks, () => sleep(Number(milliseconds)));
const worker = createWorker({
  store,
  clock: systemClock,
  random: Math.random,
  log: createLog("silent"),
  handlers: [handler],
  options: { leaseSeconds: 1, pollMilliseconds: 20 },
});
worker.start();
// Whoever started us is gone.
process.on("disconnect", () => process.exit());
