import type { Queries } from "@layers/storage";
import { type Actor, type AuditEvent, auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";

/** How the audit log names the operator. */
export const asOperator = (organizationId: string): Actor => ({
  organizationId,
  actor: "operator",
});

/** Writes an event of the operator's, in the transaction of the change that it tells of. */
export type OperatorAudit = (
  tx: Queries,
  organizationId: string,
  event: AuditEvent,
) => Promise<void>;

export const createOperatorAudit =
  (clock: Clock): OperatorAudit =>
  (tx, organizationId, event) =>
    tx.audit.append(auditLine(clock, asOperator(organizationId), event));
