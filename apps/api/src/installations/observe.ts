import { AppError } from "@layers/contracts";
import type { BindingRow, Store } from "@layers/storage";
import { auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";

export interface ObserveDeps {
  readonly store: Pick<Store, "transaction">;
  readonly clock: Clock;
}

/** What GitHub says of a binding's installation. */
export interface Observation {
  readonly status: "active" | "suspended" | "uninstalled";
  readonly accountLogin?: string;
}

/** Writes what GitHub says into our row, and an audit line when that changes its status. */
export async function observe(
  { store, clock }: ObserveDeps,
  binding: BindingRow,
  seen: Observation,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.bindings.findActive(binding.organizationId);
    if (current?.id !== binding.id) return;
    await tx.bindings.observe(binding.id, seen, clock());
    if (current.status === seen.status) return;
    const actor = { organizationId: binding.organizationId, actor: "service" };
    const target = String(binding.installationId);
    await tx.audit.append(
      auditLine(clock, actor, { action: `installation.${seen.status}`, target }),
    );
  });
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
