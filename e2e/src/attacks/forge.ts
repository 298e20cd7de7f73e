import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sessionClaims } from "../portal.ts";

type Json = Readonly<Record<string, unknown>>;

/** What makes a signature of a token's first two segments. */
export type Signer = (signed: string) => Buffer;

export const hmac =
  (secret: string): Signer =>
  (signed) =>
    createHmac("sha256", secret).update(signed).digest();

export const rsa =
  (key: KeyObject): Signer =>
  (signed) =>
    sign("sha256", Buffer.from(signed), key);

export const ecdsa =
  (key: KeyObject): Signer =>
  (signed) =>
    sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });

export const unsigned: Signer = () => Buffer.alloc(0);

export const segment = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Puts a token together by hand. Texts are taken as they are, so that JSON may be broken. */
export function forge(header: Json | string, payload: Json | string, signer: Signer): string {
  const signed = `${segment(header)}.${segment(payload)}`;
  return `${signed}.${signer(signed).toString("base64url")}`;
}

/** Takes undefined claims away, as JSON does. */
export const claimsOf = (userId: string, changes: Json = {}): Json =>
  sessionClaims(userId, changes);

/** An issuer that publishes an RSA and an EC key, and counts who asks for them. */
export interface KeyServer extends AsyncDisposable {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly rsaKeys: { readonly publicPem: string; readonly privateKey: KeyObject };
  readonly ecKey: KeyObject;
  fetches(): number;
}

export async function startKeyServer(): Promise<KeyServer> {
  const rsaPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ecPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keys = [
    { ...rsaPair.publicKey.export({ format: "jwk" }), kid: "rsa", alg: "RS256", use: "sig" },
    { ...ecPair.publicKey.export({ format: "jwk" }), kid: "ec", alg: "ES256", use: "sig" },
  ];
  let fetches = 0;
  const server = createServer((_req, res) => {
    fetches += 1;
    res.end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    issuer: "https://keys.example/auth/v1",
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    rsaKeys: {
      publicPem: rsaPair.publicKey.export({ format: "pem", type: "spki" }).toString(),
      privateKey: rsaPair.privateKey,
    },
    ecKey: ecPair.privateKey,
    fetches: () => fetches,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
