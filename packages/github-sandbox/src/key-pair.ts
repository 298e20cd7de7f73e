import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** An App's keys in PEM. */
export interface AppKeyPair {
  /** PKCS#1 PEM, the form in which GitHub hands out an App's private key. */
  privateKey: string;
  /** SPKI PEM. */
  publicKey: string;
}

const generate = promisify(generateKeyPair);

/** Makes an App's key pair: RSA, 2048 bits. */
export function generateAppKeyPair(): Promise<AppKeyPair> {
  return generate("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}
