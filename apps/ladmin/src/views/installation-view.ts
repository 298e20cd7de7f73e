import { toTime } from "@layers/api/admin";
import type { BindingRow } from "@layers/storage";
import { toTimeOrNull } from "./times.ts";

/** An installation that an organization has, or had, as programs see it. */
export const toInstallationView = (binding: BindingRow) => ({
  id: binding.id,
  organizationId: binding.organizationId,
  installationId: binding.installationId,
  status: binding.status,
  accountId: binding.accountId,
  accountLogin: binding.accountLogin,
  accountType: binding.accountType,
  host: binding.host,
  appId: binding.appId,
  attemptId: binding.attemptId,
  registeredAt: toTime(binding.registeredAt),
  lastVerifiedAt: toTime(binding.lastVerifiedAt),
  endedAt: toTimeOrNull(binding.endedAt),
});
