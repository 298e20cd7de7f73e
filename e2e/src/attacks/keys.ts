import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Gives a key's text the checksum that it must have to be looked up at all. */
export function withChecksum(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let place = 0; place < 6; place++) {
    digits = base62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return body + digits;
}

/** A key that nobody was given and whose form is right. */
export function guessKey(): string {
  const keyId = [...randomBytes(14)].map((byte) => crockford[byte % 32]).join("");
  return withChecksum(`lp_test_${keyId}_${randomBytes(32).toString("base64url")}`);
}
