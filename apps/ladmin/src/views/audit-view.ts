import { toTime } from "@layers/api/admin";
import type { AuditRow } from "@layers/storage";
import { showTime, toVisible } from "../terminal/table.ts";

/** A line of the audit log as programs see it. What concerns the whole database is nobody's. */
export const toAuditView = (line: AuditRow) => ({
  id: line.id,
  at: toTime(line.at),
  organizationId: line.organizationId || null,
  actor: line.actor,
  action: line.action,
  target: line.target,
  requestId: line.requestId,
  remoteAddress: line.remoteAddress,
  details: JSON.parse(line.details) as Record<string, unknown>,
});

export type AuditView = ReturnType<typeof toAuditView>;

/** A line for people. A stream of lines has no widths to align to. */
export function showAuditLine({ details, ...line }: AuditView): string {
  const words = Object.entries(details).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const fields = [
    showTime(line.at),
    (line.organizationId ?? "-").padEnd(30),
    line.actor.padEnd(30),
    line.action.padEnd(20),
    line.target,
    ...words,
  ];
  return toVisible(fields.join("  "));
}
