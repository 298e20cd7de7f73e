import { hash } from "node:crypto";
import { AppError, type KeyEnv } from "@layers/contracts";
import type { KeyRecord, Store } from "@layers/storage";
import { LRUCache } from "lru-cache";
import type { Partner } from "../callers/principal.ts";
import type { Clock } from "../clock.ts";
import type { FailureLimiter } from "./failure-limiter.ts";
import type { KeyDigests } from "./key-digest.ts";
import { parseKey } from "./key-format.ts";
import type { KeyUses } from "./key-uses.ts";
import { toPartner } from "./partner.ts";

export interface AuthenticatorDeps {
  readonly store: Pick<Store, "keys">;
  readonly keyEnv: KeyEnv;
  readonly digests: KeyDigests;
  readonly clock: Clock;
  readonly failures: FailureLimiter;
  readonly uses: Pick<KeyUses, "note">;
}

export interface Credential {
  readonly authorization: string | undefined;
  readonly remoteAddress: string;
}

/** Finds out whose API key it is. Rejects with one `UNAUTHENTICATED` for everything that is wrong. */
export type AuthenticateKey = (credential: Credential) => Promise<Partner>;

interface Known {
  readonly keyId: string;
  readonly record: KeyRecord;
  readonly partner: Partner;
}

/** How long a revocation made by another process may go unseen: under a second. */
const staleMilliseconds = 900;

export function createAuthenticateKey(deps: AuthenticatorDeps): AuthenticateKey {
  const { store, keyEnv, digests, clock, failures, uses } = deps;
  const known = new LRUCache<string, Known>({ max: 10_000, ttl: staleMilliseconds });
  // By the SHA-256 of a header, which cannot be guessed back: it saves a busy caller's HMAC.
  const proven = new LRUCache<string, Known>({ max: 10_000 });

  async function find(keyId: string, remoteAddress: string): Promise<Known | undefined> {
    const cached = known.get(keyId);
    if (cached) return cached;
    failures.requireRoom(remoteAddress, keyId);
    const record = await store.keys.findByKeyId(keyId);
    if (!record) return undefined;
    const found = { keyId, record, partner: toPartner(record) };
    known.set(keyId, found);
    return found;
  }

  async function prove(authorization: string, remoteAddress: string): Promise<Known | undefined> {
    const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization) ?? [];
    const key = token === undefined ? undefined : parseKey(token, keyEnv);
    const found = key && (await find(key.keyId, remoteAddress));
    const matches = key !== undefined && digests.matches(key.text, found?.record);
    return matches ? found : undefined;
  }

  /** What a header proved, for as long as the record stands that it was proved with. */
  function recall(headerDigest: string): Known | undefined {
    const found = proven.get(headerDigest);
    return found && known.peek(found.keyId) === found ? found : undefined;
  }

  return async ({ authorization, remoteAddress }) => {
    if (authorization === undefined) throw new AppError("UNAUTHENTICATED");
    const headerDigest = hash("sha256", authorization);
    const recalled = recall(headerDigest);
    const found = recalled ?? (await prove(authorization, remoteAddress));
    const now = clock();
    if (found && isLive(found.record, now)) {
      if (!recalled) {
        proven.set(headerDigest, found);
        failures.trust(found.keyId);
      }
      uses.note(found.record.id, now);
      return found.partner;
    }
    failures.requireRoom(remoteAddress);
    failures.count(remoteAddress);
    throw new AppError("UNAUTHENTICATED");
  };
}

function isLive(key: KeyRecord, now: number): boolean {
  const expired = (at: number | null) => at !== null && at <= now;
  return (
    key.revokedAt === null &&
    key.organizationSuspendedAt === null &&
    !expired(key.expiresAt) &&
    !expired(key.secretExpiresAt)
  );
}
