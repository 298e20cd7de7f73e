import { type Deps, toTimestamp } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Apps } from "./apps.ts";
import type { Enterprises } from "./enterprises.ts";
import type { SenderId } from "./event.ts";
import { createInstallationNews } from "./installation-news.ts";
import type { Choice } from "./installations.ts";
import type {
  AppIdentity,
  Enterprise,
  EnterpriseInstallation,
  Installation,
  Repository,
  Suspension,
} from "./model.ts";
import { accountGrant, enterpriseGrant } from "./permissions.ts";

type AnyInstallation = Installation | EnterpriseInstallation;

type ChangeDeps = Pick<Deps, "store" | "now" | "recordChange" | "announce"> & {
  accounts: Accounts;
  apps: Apps;
  enterprises: Enterprises;
  repositoriesOf: (installation: Installation) => Repository[];
};

interface NewInstallation extends Choice {
  accountId: number;
  requesterId: number | null;
}

/** Everything that happens to an installation, and who does it. */
export function createInstallationChanges(deps: ChangeDeps) {
  const { store, apps } = deps;
  const news = createInstallationNews(deps);
  const timestamp = () => toTimestamp(deps.now());

  function change<Row extends AnyInstallation>(row: Row, fields: Partial<Row>) {
    Object.assign(row, fields, { updatedAt: timestamp() });
    store.changed();
  }

  return {
    ...createInstalling(deps),
    /** Its tokens end with it. */
    remove(row: AnyInstallation, senderId: SenderId) {
      const { state } = store;
      const others = ({ id }: AnyInstallation) => id !== row.id;
      news.tell({ kind: "uninstall", row, senderId });
      state.installations = state.installations.filter(others);
      state.enterpriseInstallations = state.enterpriseInstallations.filter(others);
      for (const [digest, token] of state.installationTokens)
        if (token.installationId === row.id) state.installationTokens.delete(digest);
      store.changed();
    },
    select(row: Installation, choice: Choice, senderId: SenderId) {
      const { selection } = row;
      const before = deps.repositoriesOf(row);
      change(row, choice);
      const after = deps.repositoriesOf(row);
      const added = after.filter((repository) => !before.includes(repository));
      const removed = before.filter((repository) => !after.includes(repository));
      if (selection !== choice.selection || added.length > 0 || removed.length > 0)
        news.tellSelection({ row, senderId, added, removed });
    },
    /** A repository goes to another owner, out of reach. */
    lose(row: Installation, repository: Repository, senderId: SenderId) {
      const repositoryIds = row.repositoryIds.filter((id) => id !== repository.id);
      change(row, { repositoryIds });
      news.tellSelection({ row, senderId, added: [], removed: [repository] });
    },
    suspend(row: AnyInstallation, suspension: Omit<Suspension, "at">) {
      change(row, { suspension: { ...suspension, at: timestamp() } });
      const senderId = suspension.by === "app" ? null : suspension.userId;
      news.tell({ kind: "suspend", row, senderId });
    },
    unsuspend(row: AnyInstallation, senderId: SenderId) {
      change(row, { suspension: null });
      news.tell({ kind: "unsuspend", row, senderId });
    },
    /** Grants all that the App asks for today. */
    acceptPermissions(row: Installation, senderId: SenderId) {
      const { permissions, events } = apps.requireById(row.appId);
      change(row, { permissions: accountGrant(permissions), events: [...events] });
      news.tell({ kind: "accept_permissions", row, senderId });
    },
  };
}

function createInstalling(deps: ChangeDeps) {
  const { store } = deps;
  const news = createInstallationNews(deps);

  function begin(app: AppIdentity) {
    const at = toTimestamp(deps.now());
    const id = store.state.nextInstallationId;
    store.state.nextInstallationId += 1;
    const events = [...app.events];
    return { id, appId: app.id, events, createdAt: at, updatedAt: at, suspension: null };
  }

  return {
    create(app: AppIdentity, fields: NewInstallation, senderId: SenderId): Installation {
      const permissions = accountGrant(app.permissions);
      const row: Installation = { ...begin(app), ...fields, permissions };
      store.state.installations.push(row);
      news.tell({ kind: "install", row, senderId });
      return row;
    },
    createOnEnterprise(app: AppIdentity, { id, ownerId }: Enterprise): EnterpriseInstallation {
      const permissions = enterpriseGrant(app.permissions);
      const row = { ...begin(app), enterpriseId: id, permissions };
      store.state.enterpriseInstallations.push(row);
      news.tell({ kind: "install", row, senderId: ownerId });
      return row;
    },
  };
}
