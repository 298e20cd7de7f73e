import { type AuditRow, chainHash, type Store } from "@layers/storage";

/** What the examination of one organization's audit log found. */
export interface AuditChainReport {
  /** Empty for what concerns the whole database. */
  readonly organizationId: string;
  readonly lines: number;
  /** Lines that are older than the chain and not protected by it. */
  readonly unchained: number;
  /** The newest line's hash in hex. Kept elsewhere, it shows later whether the end was cut off. */
  readonly head: string | null;
  /** The first line that is not what was written, or that follows one that is missing. */
  readonly brokenAt: string | null;
}

const pageSize = 1000;

/** Computes an organization's chain again, from its first line. */
export async function verifyAuditChain(
  { audit }: Pick<Store, "audit">,
  organizationId: string,
  onProgress: (lines: number) => void = () => {},
): Promise<AuditChainReport> {
  let last: Pick<AuditRow, "sequence" | "hash"> = { sequence: 0, hash: null };
  let [lines, unchained] = [0, 0];
  for (;;) {
    const page = await audit.listAfter({ organizationId, sequence: last.sequence }, pageSize);
    for (const line of page) {
      if (!follows(last, line)) return report(line.id);
      lines += 1;
      if (!line.hash) unchained += 1;
      last = line;
    }
    onProgress(lines);
    if (page.length < pageSize) return report(null);
  }

  function report(brokenAt: string | null): AuditChainReport {
    return { organizationId, lines, unchained, head: last.hash?.toString("hex") ?? null, brokenAt };
  }
}

function follows(last: Pick<AuditRow, "sequence" | "hash">, line: AuditRow): boolean {
  if (line.sequence !== last.sequence + 1) return false;
  if (!line.hash) return last.hash === null;
  return line.hash.equals(chainHash(last.hash, line));
}
