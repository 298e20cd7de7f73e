import { setTimeout as sleep } from "node:timers/promises";
import { createLog, createWorker, systemClock } from "@layers/api";
import { openSqlite } from "@layers/storage";
import { openMarks } from "./mark.ts";

/** A worker in a process of its own: the queue's and the marks' files, how long a job and a lease take. */
const [queue = "", marks = "", milliseconds = "0", leaseSeconds = "1"] = process.argv.slice(2);
const store = openSqlite({ file: queue });
const { handler } = openMarks(marks, () => sleep(Number(milliseconds)));
const worker = createWorker({
  store,
  clock: systemClock,
  random: Math.random,
  log: createLog("silent"),
  handlers: [handler],
  options: { leaseSeconds: Number(leaseSeconds), pollMilliseconds: 20 },
});
worker.start();
process.send?.("started");
// Whoever started us is gone.
process.on("disconnect", () => process.exit());
