import { writeTokenCeiling } from "../tokens/token-ceiling.ts";
import type { Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";
import { requireKey } from "./require-key.ts";

export function ceilingTasks({ store, clock }: OperatorDeps): Pick<Operator, "setTokenCeiling"> {
  const audit = createOperatorAudit(clock);
  return {
    async setTokenCeiling(apiKeyId, ceiling) {
      const written = writeTokenCeiling(ceiling);
      await store.transaction(async (tx) => {
        const key = await requireKey(tx, apiKeyId);
        if (key.tokenCeiling === written) return;
        await tx.keys.setTokenCeiling(apiKeyId, written);
        await audit(tx, key.organizationId, {
          action: ceiling ? "key.ceiling.set" : "key.ceiling.clear",
          target: apiKeyId,
          ...(ceiling && { details: { ...ceiling } }),
        });
      });
    },
  };
}
