import { toTime } from "@layers/api/admin";
import type { OrganizationRow } from "@layers/storage";

/** An organization as programs see it. */
export const toOrganizationView = ({ suspendedAt, createdAt, ...row }: OrganizationRow) => ({
  id: row.id,
  name: row.name,
  consentRequired: row.consentRequired === 1,
  suspendedAt: suspendedAt === null ? null : toTime(suspendedAt),
  createdAt: toTime(createdAt),
});
