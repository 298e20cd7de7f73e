// A row that is on disk when it is acknowledged, beside the least that any database must do for it: write
// one page in place and wait for the disk.
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { openSqlite } from "@layers/storage";
import { takeTurns } from "./take-turns.ts";

const { DATABASE_FILE = "", ORGANIZATION_ID = "", ROUNDS } = process.env;
const store = openSqlite({ file: DATABASE_FILE });
const pages = 1000;
const page = Buffer.alloc(4096, 1);
const file = openSync(`${DATABASE_FILE}.floor`, "w");
for (let each = 0; each < pages; each++) writeSync(file, page);
fdatasyncSync(file);

let row = 0;
const figures = await takeTurns(
  {
    floor(count) {
      for (let each = 0; each < count; each++) {
        writeSync(file, page, 0, page.length, (each % pages) * page.length);
        fdatasyncSync(file);
      }
    },
    async ours(count) {
      for (let each = 0; each < count; each++) {
        row += 1;
        await store.audit.append({
          id: `evt_${String(row).padStart(26, "0")}`,
          at: row,
          organizationId: ORGANIZATION_ID,
          actor: "service",
          action: "bench",
          target: "nothing",
          requestId: null,
          remoteAddress: null,
          details: "{}",
        });
      }
    },
  },
  { rounds: Number(ROUNDS), milliseconds: 200, clock: "wall" },
);
closeSync(file);
await store.close();
console.log(JSON.stringify(figures));
