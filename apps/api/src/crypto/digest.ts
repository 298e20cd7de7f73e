import { createHash, randomBytes } from "node:crypto";

export const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Random text that is safe in URLs and cookies. */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** Names a secret without telling it. */
export const fingerprint = (secret: string): string => sha256(secret).toString("base64url");
