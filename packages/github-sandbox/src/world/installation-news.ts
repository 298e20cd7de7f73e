import type { Deps } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Apps } from "./apps.ts";
import type { Change } from "./change.ts";
import type { Enterprises } from "./enterprises.ts";
import type { InstallationEvent, SenderId } from "./event.ts";
import type { EnterpriseInstallation, Installation, Repository } from "./model.ts";

interface NewsDeps extends Pick<Deps, "store" | "recordChange" | "announce"> {
  accounts: Accounts;
  apps: Apps;
  enterprises: Enterprises;
  repositoriesOf: (installation: Installation) => Repository[];
}

export interface News {
  kind: Exclude<Change["kind"], "select_repositories">;
  row: Installation | EnterpriseInstallation;
  senderId: SenderId;
}

export interface SelectionNews {
  row: Installation;
  senderId: SenderId;
  added: Repository[];
  removed: Repository[];
}

const actions: Record<News["kind"], InstallationEvent["action"]> = {
  install: "created",
  uninstall: "deleted",
  suspend: "suspend",
  unsuspend: "unsuspend",
  accept_permissions: "new_permissions_accepted",
};

const namesOf = (repositories: Repository[]) => repositories.map(({ name }) => name);

/** Tells the log of changes and the webhook what happened to an installation. */
export function createInstallationNews(deps: NewsDeps) {
  const { accounts, apps, enterprises, recordChange, announce, store } = deps;

  const targetOf = (row: News["row"]) =>
    "accountId" in row
      ? { account: accounts.requireById(row.accountId).login, selection: row.selection }
      : { account: enterprises.requireById(row.enterpriseId).slug, selection: null };

  function record(row: News["row"], happened: Pick<Change, "kind" | "added" | "removed">) {
    const { clientId } = apps.requireById(row.appId);
    recordChange({ ...happened, installationId: row.id, clientId, ...targetOf(row) });
    store.changed();
  }

  return {
    tell({ kind, row, senderId }: News) {
      const repositories = "accountId" in row ? deps.repositoriesOf(row) : [];
      const names = namesOf(repositories);
      const added = kind === "install" ? names : [];
      const removed = kind === "uninstall" ? names : [];
      record(row, { kind, added, removed });
      announce({
        name: "installation",
        action: actions[kind],
        installation: row,
        repositories,
        senderId,
      });
    },

    /** GitHub tells what came and what went in two events. */
    tellSelection({ row, senderId, added, removed }: SelectionNews) {
      record(row, {
        kind: "select_repositories",
        added: namesOf(added),
        removed: namesOf(removed),
      });
      const event = { name: "installation_repositories", installation: row, senderId } as const;
      if (added.length > 0 || removed.length === 0)
        announce({ ...event, action: "added", repositories: added });
      if (removed.length > 0) announce({ ...event, action: "removed", repositories: removed });
    },
  };
}
