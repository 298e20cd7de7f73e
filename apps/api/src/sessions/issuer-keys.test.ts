import { randomBytes } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTokenText } from "./read-token-text.ts";
import { createVerifySession, type VerifySession } from "./verify-session.ts";

const issuer = "https://project.supabase.co/auth/v1";
const userId = "6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11";

let server: Server;
let published: JWK[];
let answer: (res: ServerResponse) => void;
let fetches: number;
let offsetSeconds: number;
let verify: VerifySession;

const now = () => (Date.now() + offsetSeconds * 1000) * 1000;

beforeEach(async () => {
  published = [];
  fetches = 0;
  offsetSeconds = 0;
  answer = (res) => res.end(JSON.stringify({ keys: published }));
  server = createServer((_req, res) => {
    fetches += 1;
    answer(res);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  verify = createVerifySession([{ issuer, jwksUrl: `http://127.0.0.1:${port}/jwks.json` }], {
    clock: now,
    log: { warn: () => undefined },
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

interface SigningKey {
  readonly kid: string;
  readonly jwk: JWK;
  sign(kid?: string): Promise<string>;
}

async function newKey(kid: string, alg: "ES256" | "RS256" = "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
  const sign = (header = kid) =>
    new SignJWT({ role: "authenticated" })
      .setProtectedHeader({ alg, kid: header, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience("authenticated")
      .setSubject(userId)
      .setExpirationTime(Math.floor(now() / 1_000_000) + 7 * 24 * 3600)
      .sign(privateKey);
  return { kid, jwk, sign };
}

async function isGood(token: string): Promise<boolean> {
  const claimed = readTokenText(token);
  if (!claimed) return false;
  return verify(token, claimed).then(
    () => true,
    (error: { code?: string }) => {
      if (error.code !== "UNAUTHENTICATED") throw error;
      return false;
    },
  );
}

describe("keys that an issuer publishes", () => {
  test.each(["ES256", "RS256"] as const)("J-01: %s is taken", async (alg) => {
    const key = await newKey("one", alg);
    published = [key.jwk];
    expect(await isGood(await key.sign())).toBe(true);
  });

  test("J-04: ten thousand made-up key ids within ten seconds cost one fetch", async () => {
    const key = await newKey("one");
    published = [key.jwk];
    expect(await isGood(await key.sign())).toBe(true);
    expect(fetches).toBe(1);
    offsetSeconds = 31;
    const [, payload = "", signature = ""] = (await key.sign()).split(".");
    const results = new Set<boolean>();
    for (let batch = 0; batch < 100; batch++) {
      offsetSeconds += 0.1;
      const tokens = Array.from({ length: 100 }, () => {
        const header = { alg: "ES256", typ: "JWT", kid: randomBytes(12).toString("hex") };
        const encoded = Buffer.from(JSON.stringify(header)).toString("base64url");
        return `${encoded}.${payload}.${signature}`;
      });
      for (const good of await Promise.all(tokens.map(isGood))) results.add(good);
    }
    expect([...results]).toEqual([false]);
    expect(fetches).toBe(2);
    expect(await isGood(await key.sign())).toBe(true);
  }, 30_000);

  test("J-04: keys are kept for a day while the issuer is down, and asked for twice a minute", async () => {
    const key = await newKey("one");
    published = [key.jwk];
    expect(await isGood(await key.sign())).toBe(true);
    answer = (res) => res.destroy();
    offsetSeconds = 3600;
    for (let call = 0; call < 100; call++) expect(await isGood(await key.sign())).toBe(true);
    expect(fetches).toBe(2);
    offsetSeconds = 24 * 3600 - 1;
    expect(await isGood(await key.sign())).toBe(true);
    offsetSeconds = 24 * 3600 + 60;
    await expect(isGood(await key.sign())).rejects.toMatchObject({ code: "UNAVAILABLE" });
    answer = (res) => res.end(JSON.stringify({ keys: published }));
    offsetSeconds += 31;
    expect(await isGood(await key.sign())).toBe(true);
  });

  test("J-05: two rotations while sessions are checked refuse none wrongly", async () => {
    let [current, next] = [await newKey("one"), await newKey("two")];
    published = [current.jwk];
    const outcomes: boolean[] = [];
    const checkMany = async () => {
      const tokens = await Promise.all(Array.from({ length: 250 }, () => current.sign()));
      for (const good of await Promise.all(tokens.map(isGood))) outcomes.push(good);
    };
    for (const name of ["three", "four"]) {
      await checkMany();
      published = [current.jwk, next.jwk];
      await checkMany();
      offsetSeconds += 31;
      [current, next] = [next, await newKey(name)];
      await checkMany();
      published = [current.jwk];
      offsetSeconds += 601;
      await checkMany();
    }
    expect(outcomes).toHaveLength(2000);
    expect(outcomes.filter((good) => !good)).toEqual([]);
    expect(fetches).toBeLessThanOrEqual(6);
  }, 30_000);

  test("J-05: a key that is published no more is worth nothing after its time in the cache", async () => {
    const [old, fresh] = [await newKey("one"), await newKey("two")];
    published = [old.jwk];
    expect(await isGood(await old.sign())).toBe(true);
    published = [fresh.jwk];
    offsetSeconds = 601;
    // This one is answered with what is known, and has the keys read again.
    await isGood(await old.sign());
    await expect.poll(async () => isGood(await old.sign())).toBe(false);
    expect(await isGood(await fresh.sign())).toBe(true);
  });

  test.each<[string, (res: ServerResponse) => unknown]>([
    ["more than 64 KiB", (res) => res.end(JSON.stringify({ keys: [], pad: "x".repeat(65_536) }))],
    [
      "more than 20 keys",
      (res) => res.end(JSON.stringify({ keys: Array.from({ length: 21 }, () => published[0]) })),
    ],
    ["a redirect", (res) => res.writeHead(302, { location: "/other" }).end()],
    ["an error", (res) => res.writeHead(500).end()],
    ["no JSON", (res) => res.end("<html>")],
    ["no key set", (res) => res.end(JSON.stringify({ keys: "none" }))],
  ])("J-04 A196: are not taken from an answer that is %s", async (_what, bad) => {
    const key = await newKey("one");
    published = [key.jwk];
    answer = bad;
    await expect(isGood(await key.sign())).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("J-04 A196: are waited for five seconds at the most", async () => {
    const key = await newKey("one");
    answer = () => undefined;
    const startedAt = performance.now();
    await expect(isGood(await key.sign())).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(performance.now() - startedAt).toBeLessThan(6500);
  }, 10_000);
});
