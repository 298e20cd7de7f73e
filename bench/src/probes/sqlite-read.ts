// The read behind GET /v1/github/installation: through our storage, and by a bare prepared statement.
import { openSqlite } from "@layers/storage";
import SqliteFile from "better-sqlite3";
import { takeTurns } from "./take-turns.ts";

const { DATABASE_FILE = "", ORGANIZATION_ID = "", ROUNDS } = process.env;
const store = openSqlite({ file: DATABASE_FILE });
const database = new SqliteFile(DATABASE_FILE);
const statement = database.prepare(
  'select * from "bindings" where "organizationId" = ? and "hiddenAt" is null',
);

const figures = await takeTurns(
  {
    bare(count) {
      for (let each = 0; each < count; each++)
        if (!statement.get(ORGANIZATION_ID)) throw new Error("There is no binding.");
    },
    async ours(count) {
      for (let each = 0; each < count; each++)
        if (!(await store.bindings.findShown(ORGANIZATION_ID)))
          throw new Error("There is no binding.");
    },
  },
  { rounds: Number(ROUNDS), milliseconds: 200, clock: "cpu" },
);
database.close();
await store.close();
console.log(JSON.stringify(figures));
