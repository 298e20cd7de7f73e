import type { AuditEntry, contract } from "@layers/contracts";
import type { AuditRow, Store } from "@layers/storage";
import { toTime } from "../clock.ts";
import type { Handlers } from "../context.ts";
import { createCursors } from "../cursor.ts";

const cursors = createCursors("a");

/** Shows an organization what was done in it. */
export function createAuditLog({
  store,
}: {
  readonly store: Pick<Store, "audit">;
}): Handlers<typeof contract.audit> {
  return {
    async list({ context, input }) {
      const { organizationId } = context.principal;
      const before = cursors.read(input.cursor);
      const lines = await store.audit.list({ organizationId, before }, input.limit);
      const last = lines.at(-1);
      const nextCursor = last && last.sequence > 1 ? cursors.write(last.sequence) : null;
      return { items: lines.map(toEntry), nextCursor };
    },
  };
}

const toEntry = (line: AuditRow): AuditEntry => ({
  id: line.id,
  at: toTime(line.at),
  actor: line.actor,
  action: line.action,
  target: line.target,
  requestId: line.requestId,
  remoteAddress: line.remoteAddress,
  sequence: line.sequence,
  // Safe: `auditLine` alone writes it.
  details: JSON.parse(line.details) as Record<string, unknown>,
  hash: line.hash?.toString("hex") ?? null,
});
