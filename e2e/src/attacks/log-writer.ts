import { createLog } from "@layers/api";

/** Writes a line for each of the values on stdin, a JSON list, with the log of production. */
let input = "";
for await (const chunk of process.stdin) input += String(chunk);
const log = createLog("info");
for (const value of JSON.parse(input) as string[]) {
  log.info({ userAgent: value, path: `/${value}`, [value]: value }, value);
  log.error({ err: new Error(value, { cause: new Error(value) }) }, "call failed");
}
