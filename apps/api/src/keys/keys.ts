import type { contract, KeyEnv } from "@layers/contracts";
import type { Handlers } from "../context.ts";

/** Tells a caller who he is. */
export function createKeys({
  keyEnv,
}: {
  readonly keyEnv: KeyEnv;
}): Handlers<typeof contract.keys> {
  return {
    async whoami({ context: { principal } }) {
      return {
        organizationId: principal.organizationId,
        organizationName: principal.organizationName,
        apiKeyId: principal.apiKeyId,
        env: keyEnv,
        scopes: [...principal.scopes],
        tier: principal.tier,
        allowedReturnDomains: [...principal.allowedReturnDomains],
      };
    },
  };
}
