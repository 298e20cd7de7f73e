import type { Permissions } from "./model.ts";

const isForEnterprises = (name: string) => name.startsWith("enterprise_");

const forOrganizations =
  /^organization_|^(members|team_discussions|custom_properties_for_organizations)$/;
const forUsers =
  /^(email_addresses|followers|git_ssh_keys|gpg_keys|interaction_limits|profile|starring)$/;

const isForRepositories = (name: string) =>
  !isForEnterprises(name) && !forOrganizations.test(name) && !forUsers.test(name);

const only = (permissions: Permissions, wanted: (name: string) => boolean): Permissions =>
  Object.fromEntries(Object.entries(permissions).filter(([name]) => wanted(name)));

/** The part of an App's permissions that an enterprise can grant. */
export const enterpriseGrant = (asked: Permissions) => only(asked, isForEnterprises);

/** The part that a person or an organization can grant. */
export const accountGrant = (asked: Permissions) => only(asked, (name) => !isForEnterprises(name));

export const usesRepositories = (permissions: Permissions) =>
  Object.keys(permissions).some(isForRepositories);

/** Whether two sets grant the same, in whatever order. */
export function sameGrant(left: Permissions, right: Permissions): boolean {
  const rights = new Map(Object.entries(right));
  const lefts = Object.entries(left);
  return lefts.length === rights.size && lefts.every(([name, level]) => rights.get(name) === level);
}
