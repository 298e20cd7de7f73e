import { randomBytes, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import type { KeyEnv } from "@layers/contracts";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const pattern =
  /^lp_(?<env>live|test)_(?<keyId>[0-9A-HJKMNP-TV-Z]{14})_[A-Za-z0-9_-]{43}(?<checksum>[0-9A-Za-z]{6})$/;

/** An API key's text: `lp_<env>_<keyId>_<secret><checksum>`. Only `keyId` may be logged. */
export interface KeyText {
  readonly text: string;
  readonly keyId: string;
}

/** Makes a key with 256 random bits. */
export function generateKey(env: KeyEnv): KeyText {
  const keyId = Array.from({ length: 14 }, () => crockford[randomInt(32)]).join("");
  const body = `lp_${env}_${keyId}_${randomBytes(32).toString("base64url")}`;
  return { text: body + checksumOf(body), keyId };
}

/** Reads a key's text; one of another environment, of the wrong form or with a typo is undefined. */
export function parseKey(text: string, env: KeyEnv): KeyText | undefined {
  const groups = pattern.exec(text)?.groups;
  if (groups?.["env"] !== env || !groups["keyId"]) return undefined;
  return groups["checksum"] === checksumOf(text.slice(0, -6))
    ? { text, keyId: groups["keyId"] }
    : undefined;
}

/** CRC32 in six base62 digits: finds typos and false leads without asking the database. */
function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let place = 0; place < 6; place++) {
    digits = base62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
