import { toTime } from "@layers/api/admin";
import type { OrganizationRow } from "@layers/storage";
import { toTimeOrNull } from "./times.ts";

/** An organization as programs see it. */
export const toOrganizationView = ({ suspendedAt, createdAt, ...row }: OrganizationRow) => ({
  id: row.id,
  name: row.name,
  consentRequired: row.consentRequired === 1,
  suspendedAt: toTimeOrNull(suspendedAt),
  createdAt: toTime(createdAt),
});
