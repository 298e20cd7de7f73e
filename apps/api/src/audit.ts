import type { AuditLine, AuditRow } from "@layers/storage";
import type { Clock } from "./clock.ts";
import type { TenantContext } from "./context.ts";
import { newId } from "./ids.ts";

/** What happened, to what. `details` never holds a secret. */
export interface AuditEvent {
  readonly action: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Who did it. */
export type Actor = Pick<AuditRow, "organizationId" | "actor"> &
  Partial<Pick<AuditRow, "requestId" | "remoteAddress">>;

export const actorOf = ({ principal, requestId, remoteAddress }: TenantContext): Actor => ({
  organizationId: principal.organizationId,
  actor: principal.actor,
  requestId,
  remoteAddress,
});

/** Writes an event as a line of the audit log. */
export function auditLine(clock: Clock, actor: Actor, event: AuditEvent): AuditLine {
  return {
    id: newId("evt"),
    at: clock(),
    requestId: null,
    remoteAddress: null,
    ...actor,
    action: event.action,
    target: event.target,
    details: JSON.stringify(event.details ?? {}),
  };
}
