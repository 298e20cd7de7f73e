import { nodeId, presentSimpleUser } from "../api/present/account.ts";
import { presentInstallation } from "../api/present/installation.ts";
import type { Deps } from "../deps.ts";
import type {
  InstallationEvent,
  InstallationRepositoriesEvent,
  SenderId,
  WorldEvent,
} from "../world/event.ts";
import type { Repository } from "../world/model.ts";
import type { World } from "../world/world.ts";
import { pingPayload } from "./ping-payload.ts";
import { installationTargetPayload, repositoryPayload } from "./repository-payload.ts";

export interface PayloadContext extends Pick<Deps, "urls" | "registration"> {
  world: World;
}

/** An App acts as a bot of its own. */
function presentBot({ registration: { app }, urls }: PayloadContext) {
  const { web, api } = urls();
  const login = `${app.slug}[bot]`;
  const description = null;
  const account = { id: 100_000_000 + app.id, login, name: app.name, description };
  const user = { ...account, type: "User", createdAt: app.createdAt } as const;
  return {
    ...presentSimpleUser(user, { web, api }),
    html_url: `${web}/apps/${app.slug}`,
    type: "Bot",
  };
}

function presentSender(senderId: SenderId, context: PayloadContext) {
  if (senderId === null) return presentBot(context);
  return presentSimpleUser(context.world.accounts.requireById(senderId), context.urls());
}

const presentReached =
  ({ world }: PayloadContext) =>
  ({ id, name, ownerId, private: isPrivate }: Repository) => ({
    id,
    node_id: nodeId("Repository", id),
    name,
    full_name: `${world.accounts.requireById(ownerId).login}/${name}`,
    private: isPrivate,
  });

/** A member's request is told of once, when an owner has approved it. */
function requesterOf({ action, installation }: InstallationEvent): SenderId {
  return action === "created" && "requesterId" in installation ? installation.requesterId : null;
}

function installationPayload(event: InstallationEvent, context: PayloadContext) {
  const requesterId = requesterOf(event);
  return {
    action: event.action,
    installation: presentInstallation(event.installation, context),
    repositories: event.repositories.map(presentReached(context)),
    requester: requesterId === null ? null : presentSender(requesterId, context),
    sender: presentSender(event.senderId, context),
  };
}

function installationRepositoriesPayload(
  event: InstallationRepositoriesEvent,
  context: PayloadContext,
) {
  const repositories = event.repositories.map(presentReached(context));
  const added = event.action === "added";
  return {
    action: event.action,
    installation: presentInstallation(event.installation, context),
    repository_selection: event.installation.selection,
    repositories_added: added ? repositories : [],
    repositories_removed: added ? [] : repositories,
    requester: null,
    sender: presentSender(event.senderId, context),
  };
}

/** GitHub's payload of an event, as the world is at this moment. */
export function presentEvent(event: WorldEvent, context: PayloadContext): object {
  const senderOf = ({ senderId }: { senderId: SenderId }) => presentSender(senderId, context);
  switch (event.name) {
    case "installation":
      return installationPayload(event, context);
    case "installation_repositories":
      return installationRepositoriesPayload(event, context);
    case "installation_target":
      return { ...installationTargetPayload(event, context), sender: senderOf(event) };
    case "repository":
      return { ...repositoryPayload(event, context), sender: senderOf(event) };
    case "github_app_authorization":
      return { action: event.action, sender: senderOf(event) };
    case "ping":
      return pingPayload(context);
  }
}
