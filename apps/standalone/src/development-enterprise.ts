import type { Env } from "@layers/api";
import { findEnterprise, type Operator } from "@layers/api/admin";
import { ensureOrganization, organizations } from "./development-organizations.ts";

/** The stand-in's enterprise, on which the App is installed from the start. */
const slug = "acme-corp";

/** Lets the development organization manage the stand-in's enterprise, with the App itself. */
export async function ensureEnterpriseGrant(
  operator: Operator,
  { github }: Pick<Env, "github">,
): Promise<void> {
  const { host, enterprise } = await findEnterprise(github, slug);
  // Its owner may have uninstalled the App meanwhile.
  if (!enterprise) return;
  const organizationId = await ensureOrganization(operator, organizations.own);
  const clientIds = [github.clientId];
  await operator.grantEnterprise({ organizationId, host, enterprise, clientIds });
}
