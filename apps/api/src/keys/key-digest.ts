import { createHmac, timingSafeEqual } from "node:crypto";
import type { VersionedSecrets } from "../crypto/versioned-secrets.ts";

/** What is stored of a key, and how a key is checked against it. */
export interface KeyDigests {
  digest(text: string): { readonly digest: Buffer; readonly pepperVersion: number };
  /** Takes the same time whether the stored digest exists or not. */
  matches(text: string, stored: { digest: Buffer; pepperVersion: number } | undefined): boolean;
}

const nothing = Buffer.alloc(32);

/** HMAC-SHA256 under a pepper that is not in the database. */
export function createKeyDigests(peppers: VersionedSecrets): KeyDigests {
  const hmac = (text: string, version: number) =>
    createHmac("sha256", peppers.get(version)).update(text).digest();
  return {
    digest: (text) => ({ digest: hmac(text, peppers.current), pepperVersion: peppers.current }),
    matches(text, stored) {
      const known = stored !== undefined && peppers.has(stored.pepperVersion);
      const actual = hmac(text, known ? stored.pepperVersion : peppers.current);
      return timingSafeEqual(actual, known ? stored.digest : nothing) && known;
    },
  };
}
