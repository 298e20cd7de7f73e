import type { Account } from "./model.ts";

/** Where an installation is configured: people and organizations have their own addresses. */
export function settingsPath(account: Account, installationId: number): string {
  return account.type === "Organization"
    ? `/organizations/${account.login}/settings/installations/${installationId}`
    : `/settings/installations/${installationId}`;
}
