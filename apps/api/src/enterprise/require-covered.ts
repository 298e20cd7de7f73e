import { AppError, enterpriseApi, type OrganizationInstallation } from "@layers/contracts";
import type { Answered, RelayRequest } from "../github-api/relay.ts";
import type { EnterpriseGrant } from "./enterprise-grant.ts";

/** A request that changes an App. */
export interface Change extends Pick<RelayRequest, "operation" | "input"> {
  /** Sends a request that only reads on to GitHub. */
  readonly read: (request: RelayRequest) => Promise<Answered>;
}

const { install, listInstallations } = enterpriseApi;
/** However many GitHub says that there are, no more pages of a hundred Apps are looked through. */
const maxPages = 100;

/**
 * Checks that the App that is to be installed, changed or removed is one of the grant's.
 *
 * @throws `FORBIDDEN` for another App, `NOT_FOUND` when there is no such installation.
 */
export async function requireCovered(grant: EnterpriseGrant, change: Change): Promise<void> {
  const path = change.operation === install ? "client_id" : "installation_id";
  const clientId = path === "client_id" ? change.input[path] : await findClientId(change);
  if (clientId === undefined) throw new AppError("NOT_FOUND");
  if (grant.clientIds.some((covered) => covered === clientId)) return;
  const issues = [{ path, message: "Is an App that your organization's grant does not cover." }];
  throw new AppError("FORBIDDEN", { issues });
}

async function findClientId({ input, read }: Change): Promise<string | undefined> {
  const { enterprise, org, installation_id } = input;
  for (let page = 1; page <= maxPages; page++) {
    const { body, link } = await read({
      operation: listInstallations,
      input: { enterprise, org, page, per_page: 100 },
    });
    // Safe: it was read with the operation's schema.
    const found = (body as OrganizationInstallation[]).find(({ id }) => id === installation_id);
    if (found) return found.client_id;
    if (!link?.includes('rel="next"')) return undefined;
  }
  return undefined;
}
