import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { VersionedSecrets } from "./versioned-secrets.ts";

/** Encrypts what we must keep but nobody may read. */
export interface Sealer {
  /** `context` says whose text it is; it must be the same to open it. */
  seal(text: string, context: string): Buffer;
  /** @throws if the box was changed, moved to another context, or its key is gone. */
  open(box: Buffer, context: string): string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM. A box is: key version (1 byte), nonce, tag, ciphertext. */
export function createSealer(keys: VersionedSecrets): Sealer {
  return {
    seal(text, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", keys.get(keys.current), nonce);
      cipher.setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(keys.current), nonce, cipher.getAuthTag(), ciphertext]);
    },
    open(box, context) {
      const nonce = box.subarray(1, 1 + nonceBytes);
      const tag = box.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
      const key = keys.get(box.readUInt8(0));
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(tag);
      const ciphertext = box.subarray(1 + nonceBytes + tagBytes);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
    },
  };
}
