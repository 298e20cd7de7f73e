import type { Queries } from "@layers/storage";
import { type AuditEvent, auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";

/** Writes an event of the operator's, in the transaction of the change that it tells of. */
export type OperatorAudit = (
  tx: Queries,
  organizationId: string,
  event: AuditEvent,
) => Promise<void>;

export const createOperatorAudit =
  (clock: Clock): OperatorAudit =>
  (tx, organizationId, event) =>
    tx.audit.append(auditLine(clock, { organizationId, actor: "operator" }, event));
