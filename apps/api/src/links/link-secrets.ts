import { seconds } from "../clock.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { UserGrant } from "../github/github.ts";

/** The tokens of a link. Times are epoch microseconds; null is never. */
export interface LinkSecrets {
  readonly token: string;
  readonly expiresAt: number | null;
  readonly refresh: { readonly token: string; readonly expiresAt: number | null } | null;
}

/** Dates a grant that was just received. */
export function toSecrets({ token, expiresInSeconds, refresh }: UserGrant, now: number) {
  const until = (count: number | undefined) => (count === undefined ? null : now + seconds(count));
  const secrets: LinkSecrets = {
    token,
    expiresAt: until(expiresInSeconds),
    refresh: refresh ? { token: refresh.token, expiresAt: until(refresh.expiresInSeconds) } : null,
  };
  return secrets;
}

const contextOf = (userId: string) => `github link ${userId}`;

export const sealSecrets = (sealer: Sealer, userId: string, secrets: LinkSecrets): Buffer =>
  sealer.seal(JSON.stringify(secrets), contextOf(userId));

// Safe: only `sealSecrets` seals in this context.
export const openSecrets = (sealer: Sealer, userId: string, sealed: Buffer): LinkSecrets =>
  JSON.parse(sealer.open(sealed, contextOf(userId))) as LinkSecrets;
