import { AppError, invalid } from "@layers/contracts";
import type { Queries } from "@layers/storage";
import { seconds } from "../clock.ts";
import { newId } from "../ids.ts";
import { generateKey } from "../keys/key-format.ts";
import { writeTokenCeiling } from "../tokens/token-ceiling.ts";
import { checkDomains } from "./check-domains.ts";
import { checkName } from "./name.ts";
import type { IssuedKey, NewKey, Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";
import { requireKey, requireLiveKey } from "./require-key.ts";

type KeyTasks = Pick<Operator, "createKey" | "listKeys" | "revokeKey" | "rotateKey" | "setTier">;

const maxOverlapSeconds = 604_800;

export function keyTasks(deps: OperatorDeps): KeyTasks {
  const { store, clock } = deps;
  const audit = createOperatorAudit(clock);
  return {
    createKey: (key) => createKey(deps, key),
    listKeys: (organizationId) => store.keys.list(organizationId),
    revokeKey: (apiKeyId) =>
      store.transaction(async (tx) => {
        const key = await requireKey(tx, apiKeyId);
        if (!(await tx.keys.revoke(apiKeyId, clock()))) return;
        await audit(tx, key.organizationId, { action: "key.revoke", target: apiKeyId });
      }),
    async rotateKey(apiKeyId, overlapSeconds) {
      if (!(overlapSeconds >= 0 && overlapSeconds <= maxOverlapSeconds))
        throw invalid("overlapSeconds", "The overlap is at most 7 days.");
      return store.transaction(async (tx) => {
        const now = clock();
        const key = await requireLiveKey(tx, apiKeyId, now);
        await tx.keys.expireSecrets(apiKeyId, now + seconds(overlapSeconds));
        const details = { overlapSeconds };
        await audit(tx, key.organizationId, { action: "key.rotate", target: apiKeyId, details });
        return issueSecret(tx, deps, apiKeyId);
      });
    },
    setTier: (apiKeyId, tier) =>
      store.transaction(async (tx) => {
        const key = await requireKey(tx, apiKeyId);
        if (key.tier === tier) return;
        await tx.keys.setTier(apiKeyId, tier);
        const details = { tier };
        await audit(tx, key.organizationId, { action: "key.tier", target: apiKeyId, details });
      }),
  };
}

async function createKey(deps: OperatorDeps, key: NewKey): Promise<IssuedKey> {
  const { store, clock, keyEnv } = deps;
  const { organizationId, tier, lifeSeconds } = key;
  const name = checkName(key.name);
  const scopes = [...new Set(key.scopes)];
  const domains = checkDomains(key.allowedReturnDomains, keyEnv);
  const tokenCeiling = writeTokenCeiling(key.tokenCeiling);
  return store.transaction(async (tx) => {
    if (!(await tx.organizations.find(organizationId))) throw new AppError("NOT_FOUND");
    const now = clock();
    const id = newId("key");
    await tx.keys.insert({
      id,
      organizationId,
      name,
      tier,
      scopes: JSON.stringify(scopes),
      allowedReturnDomains: JSON.stringify(domains),
      createdAt: now,
      expiresAt: lifeSeconds === undefined ? null : now + seconds(lifeSeconds),
      revokedAt: null,
      tokenCeiling,
    });
    const details = { name, scopes, tier, tokenCeiling: key.tokenCeiling };
    const audit = createOperatorAudit(clock);
    await audit(tx, organizationId, { action: "key.create", target: id, details });
    return issueSecret(tx, deps, id);
  });
}

async function issueSecret(
  tx: Queries,
  { digests, keyEnv, clock }: OperatorDeps,
  apiKeyId: string,
): Promise<IssuedKey> {
  const { text, keyId } = generateKey(keyEnv);
  await tx.keys.insertSecret({
    keyId,
    apiKeyId,
    ...digests.digest(text),
    lastFour: text.slice(-4),
    createdAt: clock(),
    expiresAt: null,
  });
  return { apiKeyId, keyId, text };
}
