import { createSecretKey, type KeyObject } from "node:crypto";

/** Secrets of 32 bytes by version: the newest makes, all of them check. */
export interface VersionedSecrets {
  readonly current: number;
  /** @throws if there is no such version. */
  get(version: number): KeyObject;
  has(version: number): boolean;
}

/**
 * Reads `1:<base64>,2:<base64>`; each secret is 32 random bytes, each version a number in 1 … 255.
 *
 * @throws with a message for the operator that does not hold the secrets.
 */
export function parseVersionedSecrets(text: string): VersionedSecrets {
  const secrets = new Map(text.split(",").map(parseEntry));
  const get = (version: number) => {
    const secret = secrets.get(version);
    if (!secret) throw new Error(`There is no secret of version ${version}.`);
    return secret;
  };
  return { current: Math.max(...secrets.keys()), get, has: (version) => secrets.has(version) };
}

// As key objects: Node makes one of a Buffer at every use, which takes longer than a digest.
function parseEntry(entry: string): [number, KeyObject] {
  const [, version, encoded] = /^(\d{1,3}):([A-Za-z0-9+/=_-]+)$/.exec(entry.trim()) ?? [];
  const secret = Buffer.from(encoded ?? "", "base64");
  if (!version || Number(version) < 1 || Number(version) > 255 || secret.length !== 32)
    throw new Error(
      "expected <version>:<32 bytes in base64>, such as `1:$(openssl rand -base64 32)`",
    );
  return [Number(version), createSecretKey(secret)];
}
