import { createHash, timingSafeEqual } from "node:crypto";

type RandomBytes = (count: number) => Buffer;

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Secrets are stored as this alone. */
export const digestOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(left)), Buffer.from(digestOf(right)));
}

/** Letters and digits, as in GitHub's tokens. Bytes that would favour some letters are skipped. */
export function randomText(randomBytes: RandomBytes, length: number): string {
  let text = "";
  while (text.length < length)
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
  return text;
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface StatelessClaims {
  appId: number;
  installationId: number;
  issuedAt: number;
  expiresAt: number;
}

/**
 * `ghs_APPID_JWT`, about 520 characters. GitHub calls the JWT its own affair: here its signature is
 * random, and the token is known by its digest like every other.
 */
export function statelessToken(randomBytes: RandomBytes, claims: StatelessClaims): string {
  const header = { alg: "RS256", typ: "JWT", kid: randomText(randomBytes, 12) };
  const payload = {
    iss: "github",
    app: claims.appId,
    sub: claims.installationId,
    iat: Math.floor(claims.issuedAt / 1000),
    exp: Math.floor(claims.expiresAt / 1000),
  };
  const signature = randomBytes(256).toString("base64url");
  return `ghs_${claims.appId}_${base64url(header)}.${base64url(payload)}.${signature}`;
}
