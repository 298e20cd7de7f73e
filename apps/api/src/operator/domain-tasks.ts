import { AppError } from "@layers/contracts";
import { parseDomains } from "../keys/partner.ts";
import { checkReturnDomain } from "../keys/return-domain.ts";
import type { Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";
import { requireKey } from "./require-key.ts";

type DomainTasks = Pick<Operator, "listDomains" | "addDomain" | "removeDomain">;

export function domainTasks({ store, keyEnv, clock }: OperatorDeps): DomainTasks {
  const audit = createOperatorAudit(clock);

  const change = (
    apiKeyId: string,
    { action, domain }: { readonly action: string; readonly domain: string },
    edit: (domains: string[]) => string[],
  ) =>
    store.transaction(async (tx) => {
      const key = await requireKey(tx, apiKeyId);
      const domains = parseDomains(key.allowedReturnDomains);
      const changed = edit(domains);
      if (changed.length === domains.length) return domains;
      await tx.keys.setAllowedReturnDomains(apiKeyId, changed);
      const details = { domain };
      await audit(tx, key.organizationId, { action, target: apiKeyId, details });
      return changed;
    });

  return {
    listDomains: async (apiKeyId) =>
      parseDomains((await requireKey(store, apiKeyId)).allowedReturnDomains),
    async addDomain(apiKeyId, entry) {
      const domain = checkReturnDomain(entry, keyEnv);
      return change(apiKeyId, { action: "domain.add", domain }, (domains) => [
        ...new Set([...domains, domain]),
      ]);
    },
    removeDomain: (apiKeyId, domain) =>
      change(apiKeyId, { action: "domain.remove", domain }, (domains) => {
        if (!domains.includes(domain)) throw new AppError("NOT_FOUND");
        return domains.filter((each) => each !== domain);
      }),
  };
}
