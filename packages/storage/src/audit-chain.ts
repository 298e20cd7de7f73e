import { createHash } from "node:crypto";
import type { AuditRow } from "./database.ts";

/** A line of the audit log before it has its place in the chain. */
export type AuditLine = Omit<AuditRow, "sequence" | "hash">;

/**
 * The hash of a line: SHA-256 over its fields and the hash of its organization's line before it, so that
 * no line can be changed, removed or put in between without all later hashes being wrong.
 */
export function chainHash(previous: Buffer | null, line: Omit<AuditRow, "hash">): Buffer {
  const fields = [
    previous?.toString("hex") ?? null,
    line.organizationId,
    line.sequence,
    line.id,
    line.at,
    line.actor,
    line.action,
    line.target,
    line.requestId,
    line.remoteAddress,
    line.details,
  ];
  return createHash("sha256").update(JSON.stringify(fields)).digest();
}
