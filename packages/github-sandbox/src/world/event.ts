import type { EnterpriseInstallation, Installation, Repository } from "./model.ts";

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

export interface AuthorizationEvent extends Sent {
  name: "github_app_authorization";
  action: "revoked";
}

/** Something that happened at GitHub and that it tells an App's webhook of. */
export type WorldEvent = InstallationEvent | InstallationRepositoriesEvent | AuthorizationEvent;
