import { nodeId, presentOrganization, presentSimpleUser } from "../api/present/account.ts";
import { presentListedRepository } from "../api/present/repository.ts";
import type { InstallationTargetEvent, RepositoryEvent } from "../world/event.ts";
import type { Account } from "../world/model.ts";
import type { PayloadContext } from "./event-payload.ts";

/** All that these events say of an installation. */
const presentBriefly = ({ id }: { id: number }) => ({
  id,
  node_id: nodeId("IntegrationInstallation", id),
});

const organizationOf = (account: Account, { urls }: PayloadContext) =>
  account.type === "Organization" && { organization: presentOrganization(account, urls()) };

function changesOf({ renamedFrom, transferredFrom }: RepositoryEvent, { urls }: PayloadContext) {
  if (renamedFrom !== undefined)
    return { changes: { repository: { name: { from: renamedFrom } } } };
  if (!transferredFrom) return {};
  const from =
    transferredFrom.type === "Organization"
      ? { organization: presentOrganization(transferredFrom, urls()) }
      : { user: presentSimpleUser(transferredFrom, urls()) };
  return { changes: { owner: { from } } };
}

export function repositoryPayload(event: RepositoryEvent, context: PayloadContext) {
  const owner = context.world.accounts.requireById(event.repository.ownerId);
  const view = { urls: context.urls(), version: "2022-11-28", owner, access: null } as const;
  const { permissions: _ofACaller, ...repository } = presentListedRepository(
    event.repository,
    view,
  );
  return {
    action: event.action,
    ...changesOf(event, context),
    repository,
    ...organizationOf(owner, context),
    installation: presentBriefly(event.installation),
  };
}

export function installationTargetPayload(
  { action, account, from, installation }: InstallationTargetEvent,
  context: PayloadContext,
) {
  return {
    action,
    account: presentSimpleUser(account, context.urls()),
    changes: { login: { from } },
    ...organizationOf(account, context),
    target_type: account.type,
    installation: presentBriefly(installation),
  };
}
