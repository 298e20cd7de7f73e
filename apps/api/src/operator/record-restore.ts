import type { Store } from "@layers/storage";
import { auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";

export interface RecordRestoreDeps {
  readonly store: Pick<Store, "audit">;
  readonly clock: Clock;
}

/** Writes into a database that it was restored: its audit log has a gap here. It is nobody's line. */
export const recordRestore = ({ store, clock }: RecordRestoreDeps, from: string): Promise<void> =>
  store.audit.append(
    auditLine(
      clock,
      { organizationId: "", actor: "operator" },
      { action: "database.restore", target: "database", details: { from } },
    ),
  );
