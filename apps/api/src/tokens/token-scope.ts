import { sha256 } from "../crypto/digest.ts";
import type { Narrowing } from "../github/github.ts";

/** Names what a token is narrowed to. Equal wishes have equal keys, different ones never do. */
export function scopeKeyOf({ repositories, permissions }: Narrowing): string {
  const names = repositories && [...repositories].map((name) => name.toLowerCase()).toSorted();
  const levels =
    permissions && Object.entries(permissions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (!names && !levels?.length) return "all";
  return sha256(JSON.stringify([names ?? null, levels ?? []])).toString("base64url");
}
