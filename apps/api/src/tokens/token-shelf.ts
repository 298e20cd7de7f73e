import type { BindingRow, Queries, Store } from "@layers/storage";
import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import { sha256 } from "../crypto/digest.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { GitHubToken } from "../github/github.ts";
import type { Counts } from "../metrics/counts.ts";

export interface TokenShelfDeps {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly metrics: Pick<Counts, "tokens">;
}

/** A token's place: whose it is and what it is narrowed to. */
export interface Place {
  readonly bindingId: string;
  readonly scopeKey: string;
}

/** A place for as long as what the installation may reach stays the same. */
export interface GrantedPlace extends Place {
  readonly grantVersion: number;
}

interface Hot {
  readonly token: GitHubToken;
  readonly grantVersion: number;
}

/** Where tokens are kept: encrypted in the database, the hot ones in memory too. */
export interface TokenShelf {
  /**
   * A token of this place that lives beyond `until`, in epoch microseconds, and reaches what the
   * binding, as it was just read, may reach.
   */
  find(place: GrantedPlace, until: number): Promise<GitHubToken | undefined>;
  /** Keeps a token. Returns false, and keeps nothing, when its binding has ended meanwhile. */
  keep(binding: BindingRow, scopeKey: string, token: GitHubToken): Promise<boolean>;
  /** Hands tokens out no more. Comes before their revocation, which may get lost half-way. */
  withhold(tokens: readonly (Place & { readonly token: string })[]): Promise<void>;
  /** Marks a token as revoked, and does `note` in the same transaction. */
  forget(place: Place, token: string, note?: (tx: Queries) => Promise<void>): Promise<void>;
  /** The place of a live token that was issued to the organization. */
  findIssued(organizationId: string, token: string): Promise<Place | undefined>;
  listLive(bindingId: string): Promise<(Place & { readonly token: string })[]>;
}

export function createTokenShelf(deps: TokenShelfDeps): TokenShelf {
  const { store, sealer, clock, metrics } = deps;
  const memory = createMemory();
  // Safe: only `keep` seals under a binding's id.
  const open = (bindingId: string, box: Buffer) =>
    JSON.parse(sealer.open(box, bindingId)) as GitHubToken;

  return {
    async find(place, until) {
      const hot = memory.find(place, until);
      if (hot) metrics.tokens.memory += 1;
      if (hot) return hot;
      const row = await store.tokens.findLive(place, until);
      if (!row) return undefined;
      metrics.tokens.database += 1;
      const token = open(place.bindingId, row.sealed);
      memory.set(place, { token, grantVersion: place.grantVersion });
      return token;
    },

    async keep(binding, scopeKey, token) {
      const { grantVersion } = binding;
      const place = { bindingId: binding.id, scopeKey };
      const kept = await store.transaction(async (tx) => {
        const active = await tx.bindings.findActive(binding.organizationId);
        if (active?.id !== binding.id) return false;
        await tx.tokens.insert({
          ...place,
          tokenHash: sha256(token.token),
          sealed: sealer.seal(JSON.stringify(token), binding.id),
          issuedAt: clock(),
          expiresAt: token.expiresAt * 1000,
          revokedAt: null,
          grantVersion,
        });
        return true;
      });
      if (kept) memory.set(place, { token, grantVersion });
      return kept;
    },

    async withhold(tokens) {
      for (const place of tokens) memory.delete(place);
      await store.tokens.withhold(tokens.map(({ token }) => sha256(token)));
    },

    async forget(place, token, note = async () => {}) {
      memory.delete(place);
      await store.transaction(async (tx) => {
        await tx.tokens.revoke(sha256(token), clock());
        await note(tx);
      });
    },

    findIssued: (organizationId, token) =>
      store.tokens.findIssued({ tokenHash: sha256(token), organizationId }, clock()),

    async listLive(bindingId) {
      const rows = await store.tokens.listLive(bindingId, clock());
      return rows.map(({ scopeKey, sealed }) => ({
        bindingId,
        scopeKey,
        token: open(bindingId, sealed).token,
      }));
    },
  };
}

/** The tokens that were asked for of late. */
function createMemory() {
  const cache = new LRUCache<string, Hot>({ max: 20_000 });
  const keyOf = ({ bindingId, scopeKey }: Place) => `${bindingId} ${scopeKey}`;
  return {
    find(place: GrantedPlace, until: number): GitHubToken | undefined {
      const hot = cache.get(keyOf(place));
      const isFit = hot?.grantVersion === place.grantVersion && hot.token.expiresAt * 1000 > until;
      return isFit ? hot.token : undefined;
    },
    set: (place: Place, hot: Hot) => void cache.set(keyOf(place), hot),
    delete: (place: Place) => void cache.delete(keyOf(place)),
  };
}
