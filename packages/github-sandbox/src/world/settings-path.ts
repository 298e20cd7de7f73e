import type { Account, Enterprise } from "./model.ts";

/** Where an installation is configured: people and organizations have their own addresses. */
export function settingsPath(account: Account, installationId: number): string {
  return account.type === "Organization"
    ? `/organizations/${account.login}/settings/installations/${installationId}`
    : `/settings/installations/${installationId}`;
}

/** Where an enterprise's owner configures an installation. */
export const enterpriseSettingsPath = ({ slug }: Enterprise, installationId: number) =>
  `/enterprises/${slug}/settings/installations/${installationId}`;
