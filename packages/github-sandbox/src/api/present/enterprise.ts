import type { Urls } from "../../deps.ts";
import type {
  Account,
  AppIdentity,
  Enterprise,
  Installation,
  Repository,
} from "../../world/model.ts";
import { nodeId } from "./account.ts";

/** `enterprise` */
export const presentEnterprise = (enterprise: Enterprise, { web }: Urls) => ({
  id: enterprise.id,
  slug: enterprise.slug,
  name: enterprise.name,
  node_id: nodeId("Enterprise", enterprise.id),
  avatar_url: `${web}/avatars/b/${enterprise.id}?v=4`,
  description: null,
  website_url: null,
  html_url: `${web}/enterprises/${enterprise.slug}`,
  created_at: enterprise.createdAt,
  updated_at: enterprise.createdAt,
});

const appsUrl = ({ slug }: Enterprise, { api }: Urls) => `${api}/enterprises/${slug}/apps`;

/** `installable-organization` */
export const presentInstallableOrganization = (
  { id, login }: Account,
  enterprise: Enterprise,
  urls: Urls,
) => ({
  id,
  login,
  accessible_repositories_url: `${appsUrl(enterprise, urls)}/installable_organizations/${login}/accessible_repositories`,
});

/** `accessible-repository` */
export const presentAccessibleRepository = ({ id, name }: Repository, { login }: Account) => ({
  id,
  name,
  full_name: `${login}/${name}`,
});

interface OrganizationInstallation {
  installation: Installation;
  app: AppIdentity;
  organization: Account;
  enterprise: Enterprise;
}

/** `enterprise-organization-installation` */
export function presentOrganizationInstallation(row: OrganizationInstallation, urls: Urls) {
  const { installation, app, organization, enterprise } = row;
  const base = `${appsUrl(enterprise, urls)}/organizations/${organization.login}`;
  return {
    id: installation.id,
    app_slug: app.slug,
    client_id: app.clientId,
    repository_selection: installation.selection,
    repositories_url: `${base}/installations/${installation.id}/repositories`,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
  };
}
