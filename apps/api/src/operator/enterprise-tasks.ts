import { AppError, ClientId, invalid } from "@layers/contracts";
import type { EnterpriseGrantRow, Queries } from "@layers/storage";
import { newId } from "../ids.ts";
import type { NewEnterpriseGrant, Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";

type EnterpriseTasks = Pick<Operator, "grantEnterprise" | "revokeEnterprise">;

export function enterpriseTasks(deps: OperatorDeps): EnterpriseTasks {
  const { store, clock } = deps;
  const audit = createOperatorAudit(clock);
  return {
    async grantEnterprise(grant) {
      const clientIds = checkClientIds(grant.clientIds);
      return store.transaction(async (tx) => {
        const { organizationId, enterprise } = grant;
        if (!(await tx.organizations.find(organizationId))) throw new AppError("NOT_FOUND");
        const standing = await findStanding(tx, grant);
        const row = {
          ...(standing ?? newRow(grant, clock())),
          clientIds: JSON.stringify(clientIds),
        };
        if (standing?.clientIds === row.clientIds) return standing;
        if (standing) await tx.enterpriseGrants.setClientIds(row.id, clientIds);
        else await tx.enterpriseGrants.insert(row);
        const details = { enterpriseId: enterprise.id, slug: enterprise.slug, clientIds };
        await audit(tx, organizationId, { action: "enterprise.grant", target: row.id, details });
        return row;
      });
    },
    revokeEnterprise: (grantId) =>
      store.transaction(async (tx) => {
        const grant = await tx.enterpriseGrants.find(grantId);
        if (!grant) throw new AppError("NOT_FOUND");
        if (!(await tx.enterpriseGrants.revoke(grantId, clock()))) return;
        const { organizationId, enterpriseId, slug } = grant;
        const details = { enterpriseId, slug };
        await audit(tx, organizationId, { action: "enterprise.revoke", target: grantId, details });
      }),
  };
}

/** The grant that the organization has already, by what GitHub says of the enterprise now. */
async function findStanding(
  tx: Queries,
  { organizationId, host, enterprise }: NewEnterpriseGrant,
): Promise<EnterpriseGrantRow | undefined> {
  const { id: enterpriseId, slug, installationId } = enterprise;
  await tx.enterpriseGrants.observe({ host, enterpriseId }, { slug, installationId });
  const live = await tx.enterpriseGrants.listLive({ organizationId, host });
  return live.find((grant) => grant.enterpriseId === enterpriseId);
}

const newRow = (
  { organizationId, host, enterprise }: NewEnterpriseGrant,
  now: number,
): Omit<EnterpriseGrantRow, "clientIds"> => ({
  id: newId("grt"),
  organizationId,
  host,
  enterpriseId: enterprise.id,
  slug: enterprise.slug,
  installationId: enterprise.installationId,
  createdAt: now,
  revokedAt: null,
});

function checkClientIds(texts: readonly string[]): string[] {
  const ids = [...new Set(texts)].toSorted();
  if (ids.length === 0) throw invalid("clientIds", "Name at least one App.");
  for (const id of ids)
    if (!ClientId.safeParse(id).success)
      throw invalid("clientIds", "A client id has the form Iv23abc….");
  return ids;
}
