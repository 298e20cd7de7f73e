import { parseDomains, parseTokenCeiling, toTime } from "@layers/api/admin";
import type { ApiKeyRow, Store } from "@layers/storage";
import { toTimeOrNull } from "./times.ts";

/** A key as programs see it; of its secrets only what may be shown. */
export async function toKeyView(key: ApiKeyRow, { store, now }: { store: Store; now: number }) {
  const secrets = await store.keys.listSecrets(key.id);
  return {
    id: key.id,
    organizationId: key.organizationId,
    name: key.name,
    status: statusOf(key, now),
    scopes: JSON.parse(key.scopes) as string[],
    tier: key.tier,
    allowedReturnDomains: parseDomains(key.allowedReturnDomains),
    tokenCeiling: parseTokenCeiling(key.tokenCeiling) ?? null,
    secrets: secrets.map(({ createdAt, expiresAt, ...secret }) => ({
      ...secret,
      createdAt: toTime(createdAt),
      expiresAt: toTimeOrNull(expiresAt),
    })),
    createdAt: toTime(key.createdAt),
    lastUsedAt: toTimeOrNull(await store.keyUses.find(key.id)),
    expiresAt: toTimeOrNull(key.expiresAt),
    revokedAt: toTimeOrNull(key.revokedAt),
  };
}

function statusOf({ revokedAt, expiresAt }: ApiKeyRow, now: number) {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}
