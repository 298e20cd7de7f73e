import { parseClientIds, toTime } from "@layers/api/admin";
import type { EnterpriseGrantRow } from "@layers/storage";
import { toTimeOrNull } from "./times.ts";

/** An organization's grant of an enterprise, as programs see it. */
export const toEnterpriseGrantView = (grant: EnterpriseGrantRow) => ({
  id: grant.id,
  organizationId: grant.organizationId,
  status: grant.revokedAt === null ? "active" : "revoked",
  host: grant.host,
  enterpriseId: grant.enterpriseId,
  slug: grant.slug,
  installationId: grant.installationId,
  clientIds: parseClientIds(grant.clientIds),
  createdAt: toTime(grant.createdAt),
  revokedAt: toTimeOrNull(grant.revokedAt),
});
