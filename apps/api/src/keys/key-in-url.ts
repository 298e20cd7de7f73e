import { AppError, type KeyEnv } from "@layers/contracts";
import type { Store } from "@layers/storage";
import { LRUCache } from "lru-cache";
import { auditLine } from "../audit.ts";
import { type Clock, hours } from "../clock.ts";
import type { Log } from "../log.ts";
import type { FailureLimiter } from "./failure-limiter.ts";
import type { KeyDigests } from "./key-digest.ts";
import { parseKey } from "./key-format.ts";

export interface KeyInUrlDeps {
  readonly store: Pick<Store, "keys" | "audit">;
  readonly keyEnv: KeyEnv;
  readonly digests: KeyDigests;
  readonly clock: Clock;
  readonly failures: FailureLimiter;
  readonly log: Log;
}

/** A request whose URL holds what looks like a key. */
export interface Sighting {
  /** Not to be kept: it holds the key. */
  readonly url: string;
  readonly requestId: string;
  readonly remoteAddress: string;
}

const keyText = /lp_(?:live|test)_[0-9A-Z]{14}_[\w-]{49}/;
const silentMicroseconds = hours(1);

/**
 * Tells the operator that a key was sent in a URL, where proxies and histories keep it. Only the holder of
 * a key can cause a line, and one an hour; the key goes on working in its own place.
 */
export function createNoteKeyInUrl(deps: KeyInUrlDeps): (sighting: Sighting) => void {
  const { store, keyEnv, digests, clock, failures, log } = deps;
  const toldAt = new LRUCache<string, number>({ max: 10_000 });

  async function note({ url, requestId, remoteAddress }: Sighting): Promise<void> {
    const key = parseKey(keyText.exec(url)?.[0] ?? "", keyEnv);
    if (!key) return;
    failures.requireRoom(remoteAddress, key.keyId);
    const record = await store.keys.findByKeyId(key.keyId);
    if (!digests.matches(key.text, record) || !record) return failures.count(remoteAddress);
    const { id: target, organizationId } = record;
    const now = clock();
    if (now - (toldAt.get(target) ?? -silentMicroseconds) < silentMicroseconds) return;
    toldAt.set(target, now);
    log.warn({ requestId, apiKeyId: target }, "a key was sent in a URL");
    const actor = { organizationId, actor: "service", requestId, remoteAddress };
    const details = { keyId: key.keyId };
    const event = { action: "key.seen_in_url", target, details };
    await store.audit.append(auditLine(clock, actor, event));
  }

  return (sighting) => {
    note(sighting).catch((err: unknown) => {
      if (err instanceof AppError && err.code === "RATE_LIMITED") return;
      log.warn({ requestId: sighting.requestId, err }, "a key in a URL could not be noted");
    });
  };
}
