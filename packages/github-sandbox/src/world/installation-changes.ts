import { type Deps, toTimestamp } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { Apps } from "./apps.ts";
import type { Change } from "./change.ts";
import type { Enterprises } from "./enterprises.ts";
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

type ChangeDeps = Pick<Deps, "store" | "now" | "recordChange"> & {
  accounts: Accounts;
  apps: Apps;
  enterprises: Enterprises;
  repositoriesOf: (installation: Installation) => Repository[];
};

interface NewInstallation extends Choice {
  accountId: number;
  requesterId: number | null;
}

/** Tells the log of changes what happened to an installation. */
function createRecorder(deps: ChangeDeps) {
  const targetOf = (row: AnyInstallation) =>
    "accountId" in row
      ? { account: deps.accounts.requireById(row.accountId).login, selection: row.selection }
      : { account: deps.enterprises.requireById(row.enterpriseId).slug, selection: null };

  return (kind: Change["kind"], row: AnyInstallation, reach: Partial<Change> = {}) => {
    deps.recordChange({
      kind,
      installationId: row.id,
      clientId: deps.apps.requireById(row.appId).clientId,
      ...targetOf(row),
      added: [],
      removed: [],
      ...reach,
    });
    deps.store.changed();
  };
}

/** Everything that happens to an installation. */
export function createInstallationChanges(deps: ChangeDeps) {
  const { store, apps } = deps;
  const record = createRecorder(deps);
  const timestamp = () => toTimestamp(deps.now());

  const namesReached = (row: AnyInstallation) =>
    "accountId" in row ? deps.repositoriesOf(row).map(({ name }) => name) : [];

  function change<Row extends AnyInstallation>(row: Row, fields: Partial<Row>) {
    Object.assign(row, fields, { updatedAt: timestamp() });
    store.changed();
  }

  function setSuspension(row: AnyInstallation, suspension: Suspension | null) {
    change(row, { suspension });
    record(suspension ? "suspend" : "unsuspend", row);
  }

  return {
    ...createInstalling(deps),
    /** Its tokens end with it. */
    remove(row: AnyInstallation) {
      const { state } = store;
      const others = ({ id }: AnyInstallation) => id !== row.id;
      record("uninstall", row, { removed: namesReached(row) });
      state.installations = state.installations.filter(others);
      state.enterpriseInstallations = state.enterpriseInstallations.filter(others);
      for (const [digest, token] of state.installationTokens)
        if (token.installationId === row.id) state.installationTokens.delete(digest);
      store.changed();
    },
    select(row: Installation, choice: Choice) {
      const { selection } = row;
      const before = namesReached(row);
      change(row, choice);
      const after = namesReached(row);
      const added = after.filter((name) => !before.includes(name));
      const removed = before.filter((name) => !after.includes(name));
      if (selection !== choice.selection || added.length > 0 || removed.length > 0)
        record("select_repositories", row, { added, removed });
    },
    suspend: (row: AnyInstallation, suspension: Omit<Suspension, "at">) =>
      setSuspension(row, { ...suspension, at: timestamp() }),
    unsuspend: (row: AnyInstallation) => setSuspension(row, null),
    /** Grants all that the App asks for today. */
    acceptPermissions(row: Installation) {
      const { permissions, events } = apps.requireById(row.appId);
      change(row, { permissions: accountGrant(permissions), events: [...events] });
      record("accept_permissions", row);
    },
  };
}

function createInstalling(deps: ChangeDeps) {
  const { store } = deps;
  const record = createRecorder(deps);

  function begin(app: AppIdentity) {
    const at = toTimestamp(deps.now());
    const id = store.state.nextInstallationId;
    store.state.nextInstallationId += 1;
    const events = [...app.events];
    return { id, appId: app.id, events, createdAt: at, updatedAt: at, suspension: null };
  }

  return {
    create(app: AppIdentity, fields: NewInstallation): Installation {
      const permissions = accountGrant(app.permissions);
      const row: Installation = { ...begin(app), ...fields, permissions };
      store.state.installations.push(row);
      record("install", row, { added: deps.repositoriesOf(row).map(({ name }) => name) });
      return row;
    },
    createOnEnterprise(app: AppIdentity, { id: enterpriseId }: Enterprise): EnterpriseInstallation {
      const permissions = enterpriseGrant(app.permissions);
      const row = { ...begin(app), enterpriseId, permissions };
      store.state.enterpriseInstallations.push(row);
      record("install", row);
      return row;
    },
  };
}
