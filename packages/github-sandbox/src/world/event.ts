import type { Account, EnterpriseInstallation, Installation, Repository } from "./model.ts";

/** The user who did it; null for the App itself. */
export type SenderId = number | null;

interface Sent {
  senderId: SenderId;
}

export interface InstallationEvent extends Sent {
  name: "installation";
  action: "created" | "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted";
  installation: Installation | EnterpriseInstallation;
  /** What it reaches, or reached. */
  repositories: Repository[];
}

export interface InstallationRepositoriesEvent extends Sent {
  name: "installation_repositories";
  action: "added" | "removed";
  installation: Installation;
  repositories: Repository[];
}

export interface InstallationTargetEvent extends Sent {
  name: "installation_target";
  action: "renamed";
  installation: Installation;
  account: Account;
  /** The login until now. */
  from: string;
}

export interface AuthorizationEvent extends Sent {
  name: "github_app_authorization";
  action: "revoked";
}

export interface RepositoryEvent extends Sent {
  name: "repository";
  action: "created" | "renamed" | "transferred" | "deleted" | "privatized" | "publicized";
  installation: Installation;
  repository: Repository;
  /** The name until now, where it was renamed. */
  renamedFrom?: string;
  /** The owner until now, where it was transferred. */
  transferredFrom?: Account;
}

/** Asked for by hand: whether anybody listens. */
export interface PingEvent {
  name: "ping";
  action: null;
}

/** Something that happened at GitHub and that it tells an App's webhook of. */
export type WorldEvent =
  | InstallationEvent
  | InstallationRepositoriesEvent
  | InstallationTargetEvent
  | AuthorizationEvent
  | RepositoryEvent
  | PingEvent;
