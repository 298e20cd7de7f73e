import { AppError } from "@layers/contracts";
import type { EnterpriseGrantRow, Store } from "@layers/storage";
import type { GitHub } from "../github/github.ts";
import { parseClientIds } from "./client-ids.ts";

/** What an operator lets an organization do with an enterprise, as it stands now. */
export interface EnterpriseGrant extends Omit<EnterpriseGrantRow, "clientIds"> {
  /** The Apps that may be installed, changed and removed. */
  readonly clientIds: readonly string[];
}

export interface GrantDeps {
  readonly store: Pick<Store, "enterpriseGrants">;
  readonly github: Pick<GitHub, "host">;
}

/**
 * The organization's grant of an enterprise, by its slug or else its number: a slug may be all digits.
 * Read from the database each time, so that a grant that was revoked ends at once.
 *
 * @throws `NOT_FOUND` for what is not granted, whether there is such an enterprise or not.
 */
export async function requireGrant(
  { store, github }: GrantDeps,
  organizationId: string,
  enterprise: string,
): Promise<EnterpriseGrant> {
  const live = await store.enterpriseGrants.listLive({ organizationId, host: github.host });
  const slug = enterprise.toLowerCase();
  const found =
    live.find((grant) => grant.slug.toLowerCase() === slug) ??
    live.find((grant) => String(grant.enterpriseId) === enterprise);
  if (!found) throw new AppError("NOT_FOUND");
  return { ...found, clientIds: parseClientIds(found.clientIds) };
}
