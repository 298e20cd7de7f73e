import { createHash } from "node:crypto";
import type { Request } from "express";

/** GitHub's ETags are specific to the credential: another token for the same list has another. */
export function etagOf(req: Request, text: string): string {
  const hash = createHash("sha256").update(req.get("authorization") ?? "");
  return `W/"${hash.update("\n").update(text).digest("hex")}"`;
}

const withoutWeakness = (etag: string) => etag.trim().replace(/^W\//, "");

/** Whether the client has this very answer. Any `Cache-Control` of its own changes nothing. */
export function isKnown(req: Request, etag: string): boolean {
  const known = (req.get("if-none-match") ?? "").split(",").map(withoutWeakness);
  return known.includes("*") || known.includes(withoutWeakness(etag));
}
