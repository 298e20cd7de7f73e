// The look at a caller's key: through our storage, and by a bare prepared statement.
import { openSqlite } from "@layers/storage";
import SqliteFile from "better-sqlite3";
import { takeTurns } from "./take-turns.ts";

const { DATABASE_FILE = "", KEY_ID = "", ROUNDS } = process.env;
const store = openSqlite({ file: DATABASE_FILE });
const database = new SqliteFile(DATABASE_FILE);
const statement = database.prepare(`
  select key.*, secret.digest, secret.pepperVersion, secret.expiresAt as secretExpiresAt,
    organization.name as organizationName, organization.suspendedAt as organizationSuspendedAt
  from apiKeySecrets as secret
  join apiKeys as key on key.id = secret.apiKeyId
  join organizations as organization on organization.id = key.organizationId
  where secret.keyId = ?`);
const missing = () => new Error("There is no such key.");

const figures = await takeTurns(
  {
    bare(count) {
      for (let each = 0; each < count; each++) if (!statement.get(KEY_ID)) throw missing();
    },
    async ours(count) {
      for (let each = 0; each < count; each++)
        if (!(await store.keys.findByKeyId(KEY_ID))) throw missing();
    },
  },
  { rounds: Number(ROUNDS), milliseconds: 200, clock: "cpu" },
);
database.close();
await store.close();
console.log(JSON.stringify(figures));
