import type { ApiKeyRow, EnterpriseGrantRow, OrganizationRow, Store } from "@layers/storage";
import { CommandError } from "./failure.ts";

/** @throws {CommandError} that says where to look */
export async function requireOrganization(store: Store, id: string): Promise<OrganizationRow> {
  const organization = await store.organizations.find(id);
  if (organization) return organization;
  throw new CommandError(
    "NOT_FOUND",
    `There is no organization ${id}: \`ladmin org list\` shows them.`,
  );
}

/**
 * Finds a key by its id, or by the 14 characters of its text that may be logged. The whole text is
 * refused unread: it would stay in the shell's history.
 *
 * @throws {CommandError} that says where to look
 */
export async function requireKey(store: Store, reference: string): Promise<ApiKeyRow> {
  if (reference.startsWith("lp_"))
    throw new CommandError(
      "VALIDATION",
      "Do not pass a key's text: name the key by its id, or by the 14 characters after lp_live_ or lp_test_.",
    );
  const secret = await store.keys.findByKeyId(reference);
  const key = await store.keys.find(secret?.id ?? reference);
  if (key) return key;
  throw new CommandError(
    "NOT_FOUND",
    `There is no key ${reference}: \`ladmin key list --org <id>\` shows an organization's keys.`,
  );
}

/**
 * Of all the grants of an enterprise over time, the one that stands, else the last one.
 *
 * @throws {CommandError} that says where to look
 */
export async function requireGrant(
  store: Store,
  { org, reference }: { readonly org: string; readonly reference: string },
): Promise<EnterpriseGrantRow> {
  const grants = (await store.enterpriseGrants.list(org)).filter(
    ({ id, slug, enterpriseId }) =>
      reference === id ||
      reference.toLowerCase() === slug.toLowerCase() ||
      reference === String(enterpriseId),
  );
  const grant = grants.find(({ revokedAt }) => revokedAt === null) ?? grants.at(-1);
  if (grant) return grant;
  throw new CommandError(
    "NOT_FOUND",
    `${org} was never granted ${reference}: \`ladmin enterprise list\` shows who was what.`,
  );
}
