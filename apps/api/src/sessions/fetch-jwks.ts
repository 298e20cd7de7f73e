import type { JSONWebKeySet } from "jose";
import { z } from "zod";

const timeoutMilliseconds = 5000;
const maxBytes = 65_536;
const maxKeys = 20;

const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(maxKeys) });

/** Reads what an issuer publishes. Rejects what is too late, too long, too much or nothing like it. */
export async function fetchJwks(url: string): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const headers = { accept: "application/jwk-set+json, application/json" };
  const response = await fetch(url, { signal, headers, redirect: "error" });
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`The issuer's keys were answered with ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error("The issuer's keys are too long.");
    chunks.push(chunk);
  }
  return Jwks.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}
