import { AppError } from "@layers/contracts";
import type { BindingRow, Sight, Store } from "@layers/storage";
import { type Actor, type AuditEvent, auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";

export interface ObserveDeps {
  readonly store: Pick<Store, "transaction">;
  readonly clock: Clock;
}

/** What GitHub said of an installation. */
export interface Observation extends Sight {
  /** Who made it so; the service found out by itself when absent. */
  readonly by?: Actor;
}

/**
 * Writes what GitHub said, and audit lines for what that changes. Tokens that may reach something else
 * now are handed out no more. Returns false, and writes nothing, when somebody wrote since the binding was read.
 */
export function observe(
  { store, clock }: ObserveDeps,
  binding: BindingRow,
  { by, ...seen }: Observation,
): Promise<boolean> {
  return store.transaction(async (tx) => {
    const current = await tx.bindings.find(binding.id);
    if (!current || current.endedAt !== null) return true;
    const now = clock();
    const hasOtherStatus = current.status !== seen.status;
    const grantChanged = hasOtherStatus || seen.grantChanged === true;
    if (!(await tx.bindings.observe(binding, { ...seen, grantChanged }, now))) return false;
    for (const event of toEvents(current, seen)) {
      const actor = by ?? { organizationId: binding.organizationId, actor: "service" };
      await tx.audit.append(auditLine(clock, actor, event));
    }
    return true;
  });
}

function toEvents(before: BindingRow, { status, accountLogin }: Sight): AuditEvent[] {
  const target = String(before.installationId);
  const { accountLogin: from } = before;
  const isRenamed = accountLogin !== undefined && accountLogin !== from;
  return [
    ...(status === before.status ? [] : [{ action: `installation.${status}`, target }]),
    ...(isRenamed
      ? [{ action: "installation.rename", target, details: { from, to: accountLogin } }]
      : []),
  ];
}

/** Writes that GitHub no longer serves the installation, and makes the error that says so. */
export async function observeRefusal(
  deps: ObserveDeps,
  binding: BindingRow,
  kind: "suspended" | "gone",
): Promise<AppError> {
  const status = kind === "gone" ? "uninstalled" : "suspended";
  await observe(deps, binding, { status });
  return new AppError(kind === "gone" ? "INSTALLATION_UNINSTALLED" : "INSTALLATION_SUSPENDED");
}
