import type { RepositorySelection } from "./model.ts";

/** Something that happened to an installation. What changes nothing is no change. */
export interface Change {
  kind:
    | "install"
    | "uninstall"
    | "suspend"
    | "unsuspend"
    | "accept_permissions"
    | "select_repositories";
  installationId: number;
  /** Login of the account, or slug of the enterprise. */
  account: string;
  clientId: string;
  /** Afterwards; null for an enterprise and for what is gone. */
  selection: RepositorySelection | null;
  /** Names of the repositories that came into reach. */
  added: string[];
  /** Names of the repositories that went out of reach. */
  removed: string[];
}
