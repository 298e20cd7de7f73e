import type { Kysely } from "kysely";
import { compileOnce } from "../compile-once.ts";
import type { BindingRow, Database, Microseconds } from "../database.ts";

/** Which installation, of which App, on which GitHub host. */
export type InstallationKey = Pick<BindingRow, "host" | "appId" | "installationId">;

/** What became of an attempt to bind. */
export type BindResult =
  | { readonly outcome: "created" | "same" | "conflict"; readonly binding: BindingRow }
  | { readonly outcome: "taken" };

type NewBinding = Omit<BindingRow, "status" | "endedAt" | "hiddenAt" | "version" | "grantVersion">;

/** What GitHub says of a binding's installation. */
export interface Sight {
  readonly status: "active" | "suspended" | "uninstalled";
  readonly accountLogin?: string;
  /** Whether tokens may reach something else than before: those of before are handed out no more. */
  readonly grantChanged?: boolean;
}

export const bindingQueries = (db: Kysely<Database>) => {
  const findActive = (organizationId: string): Promise<BindingRow | undefined> =>
    db
      .selectFrom("bindings")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .where("endedAt", "is", null)
      .executeTakeFirst();

  const listShown = compileOnce(db, (organizationId: string) =>
    db
      .selectFrom("bindings")
      .selectAll()
      .where("organizationId", "=", organizationId)
      .where("hiddenAt", "is", null),
  );

  const findShown = async (organizationId: string): Promise<BindingRow | undefined> => {
    const shown = await listShown(organizationId);
    // Not ordered by SQLite, which plans such a query anew at every call: 20 µs instead of 4.
    return shown.toSorted((a, b) => b.registeredAt - a.registeredAt)[0];
  };

  const hideEnded = (organizationId: string, now: Microseconds) =>
    db
      .updateTable("bindings")
      .set({ hiddenAt: now })
      .where("organizationId", "=", organizationId)
      .where("endedAt", "is not", null)
      .where("hiddenAt", "is", null)
      .execute();

  return {
    /** The organization's binding that is neither detached nor uninstalled. */
    findActive,

    /** The binding that the organization sees: the active one, else an uninstalled one. */
    findShown,

    /** The active binding of an installation, whichever organization it belongs to. */
    findByInstallation: (key: InstallationKey): Promise<BindingRow | undefined> =>
      db
        .selectFrom("bindings")
        .selectAll()
        .where("host", "=", key.host)
        .where("appId", "=", key.appId)
        .where("installationId", "=", key.installationId)
        .where("endedAt", "is", null)
        .executeTakeFirst(),

    /**
     * Binds an installation. Two unique constraints decide a race; the row is then read again in a
     * statement of its own, because the insert alone does not tell who won.
     */
    async bind(binding: NewBinding): Promise<BindResult> {
      await db
        .insertInto("bindings")
        .values({
          ...binding,
          status: "active",
          endedAt: null,
          hiddenAt: null,
          version: 0,
          grantVersion: 0,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const active = await findActive(binding.organizationId);
      if (!active) return { outcome: "taken" };
      if (active.id === binding.id) {
        await hideEnded(binding.organizationId, binding.registeredAt);
        return { outcome: "created", binding: active };
      }
      const same =
        active.host === binding.host &&
        active.appId === binding.appId &&
        active.installationId === binding.installationId;
      return { outcome: same ? "same" : "conflict", binding: active };
    },

    /** Ends a binding that the partner lets go; it is no longer shown. */
    async detach(id: string, now: Microseconds): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable("bindings")
        .set((set) => ({
          status: "detached",
          endedAt: set.fn.coalesce("endedAt", set.val(now)),
          hiddenAt: now,
        }))
        .where("id", "=", id)
        .where("hiddenAt", "is", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /**
     * Records what GitHub said after the binding was read. Returns false, and records nothing, when
     * something else was recorded since: who reads again and asks again has the newer answer. That it is
     * uninstalled is recorded always, because nothing follows it.
     */
    async observe(
      { id, version }: Pick<BindingRow, "id" | "version">,
      { status, accountLogin, grantChanged = false }: Sight,
      now: Microseconds,
    ): Promise<boolean> {
      const isOver = status === "uninstalled";
      let update = db
        .updateTable("bindings")
        .set((set) => ({
          status,
          ...(accountLogin !== undefined && { accountLogin }),
          lastVerifiedAt: now,
          endedAt: isOver ? now : null,
          version: set("version", "+", 1),
          ...(grantChanged && { grantVersion: set("grantVersion", "+", 1) }),
        }))
        .where("id", "=", id)
        .where("endedAt", "is", null);
      if (!isOver) update = update.where("version", "=", version);
      const { numUpdatedRows } = await update.executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** The active bindings to installations of an App. */
    listActive: ({ host, appId }: Pick<BindingRow, "host" | "appId">): Promise<BindingRow[]> =>
      db
        .selectFrom("bindings")
        .selectAll()
        .where("host", "=", host)
        .where("appId", "=", appId)
        .where("endedAt", "is", null)
        .orderBy("installationId")
        .execute(),

    find: (id: string): Promise<BindingRow | undefined> =>
      db.selectFrom("bindings").selectAll().where("id", "=", id).executeTakeFirst(),

    /** Every binding that an installation of this number ever had, the newest first. */
    listByNumber: (installationId: number): Promise<BindingRow[]> =>
      db
        .selectFrom("bindings")
        .selectAll()
        .where("installationId", "=", installationId)
        .orderBy("registeredAt", "desc")
        .orderBy("id", "desc")
        .execute(),

    /** Every binding, ended ones too; of one organization, or of all. */
    list: (organizationId?: string): Promise<BindingRow[]> => {
      const all = db.selectFrom("bindings").selectAll();
      return (organizationId === undefined ? all : all.where("organizationId", "=", organizationId))
        .orderBy("registeredAt")
        .execute();
    },
  };
};
