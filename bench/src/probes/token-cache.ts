// A token that is in memory: what the vault takes to hand it out, and the look-up in it.
import {
  createSealer,
  createTokenShelf,
  createTokenVault,
  noCounts,
  systemClock,
} from "@layers/api";
import { parseVersionedSecrets } from "@layers/api/admin";
import { openSqlite } from "@layers/storage";
import { LRUCache } from "lru-cache";
import { takeTurns } from "./take-turns.ts";

const { DATABASE_FILE = "", ORGANIZATION_ID = "", ENCRYPTION_KEYS = "", ROUNDS } = process.env;
const store = openSqlite({ file: DATABASE_FILE });
const binding = await store.bindings.findShown(ORGANIZATION_ID);
if (!binding) throw new Error("There is no binding.");

const token = {
  token: `ghs_${"x".repeat(36)}`,
  expiresAt: Date.now() + 3_600_000,
  permissions: { contents: "read" as const },
  repositorySelection: "all" as const,
};
const clock = systemClock;
const sealer = createSealer(parseVersionedSecrets(ENCRYPTION_KEYS));
const metrics = noCounts();
const shelf = createTokenShelf({ store, sealer, clock, metrics });
const vault = createTokenVault({
  store,
  shelf,
  clock,
  metrics,
  random: Math.random,
  github: {
    mintToken: () => Promise.resolve({ kind: "minted", token }),
    revokeToken: () => Promise.resolve(),
  },
});
await vault.get(binding, {});

const cache = new LRUCache<string, typeof token>({ max: 20_000 });
for (let each = 0; each < 20_000; each++) cache.set(`bnd_${each} all`, token);
const map = new Map(cache.entries());
const until = Date.now() * 1000;
const requireHot = (found: { readonly expiresAt: number } | undefined) => {
  if (!found || found.expiresAt * 1000 <= until) throw new Error("Not in memory.");
};

const figures = await takeTurns(
  {
    map(count) {
      for (let each = 0; each < count; each++) requireHot(map.get(`bnd_${each % 1000} all`));
    },
    cache(count) {
      for (let each = 0; each < count; each++) requireHot(cache.get(`bnd_${each % 1000} all`));
    },
    async vault(count) {
      for (let each = 0; each < count; each++) requireHot(await vault.get(binding, {}));
    },
  },
  { rounds: Number(ROUNDS), milliseconds: 100, clock: "cpu" },
);
await store.close();
console.log(JSON.stringify(figures));
