/** Drops what has expired from rows that all live equally long, so that the oldest come first. */
export function dropExpired(rows: Map<string, { expiresAt: number }>, now: number): void {
  for (const [digest, { expiresAt }] of rows) {
    if (expiresAt > now) return;
    rows.delete(digest);
  }
}
