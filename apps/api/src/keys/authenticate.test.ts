import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeyRecord } from "@layers/storage";
import { beforeEach, describe, expect, test } from "vitest";
import { minutes, seconds } from "../clock.ts";
import { parseVersionedSecrets } from "../crypto/versioned-secrets.ts";
import { createAuthenticateKey } from "./authenticate.ts";
import { createFailureLimiter } from "./failure-limiter.ts";
import { createKeyDigests } from "./key-digest.ts";
import { generateKey } from "./key-format.ts";

const pepper = (version: number) => `${version}:${randomBytes(32).toString("base64")}`;
const first = pepper(1);
const digests = createKeyDigests(parseVersionedSecrets(first));
const key = generateKey("live");

let now: number;
let lookups: number;
let used: string[];
let record: KeyRecord | undefined;
beforeEach(() => {
  now = 1_000_000;
  lookups = 0;
  used = [];
  record = {
    id: "key_1",
    organizationId: "org_1",
    organizationName: "Acme",
    organizationSuspendedAt: null,
    name: "n",
    scopes: '["github:admin", "of another version", "github:*"]',
    allowedReturnDomains: "[]",
    tier: "standard",
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    tokenCeiling: null,
    secretExpiresAt: null,
    ...digests.digest(key.text),
  };
});

function authenticator(keyDigests = digests) {
  const clock = () => now;
  const findByKeyId = async (keyId: string) => {
    lookups += 1;
    return keyId === key.keyId ? record : undefined;
  };
  const store = { keys: { findByKeyId } } as never;
  const failures = createFailureLimiter(clock);
  const authenticate = createAuthenticateKey({
    store,
    keyEnv: "live",
    digests: keyDigests,
    clock,
    failures,
    uses: { note: (apiKeyId) => used.push(apiKeyId) },
  });
  return (authorization: string | undefined, remoteAddress = "192.0.2.1") =>
    authenticate({ authorization, remoteAddress });
}

const unauthenticated = expect.objectContaining({ code: "UNAUTHENTICATED" });
const rateLimited = expect.objectContaining({ code: "RATE_LIMITED" });

describe("a key is accepted", () => {
  test("K-08: with the scheme in any case, and scopes that are not known give nothing", async () => {
    const authenticate = authenticator();
    for (const scheme of ["Bearer", "bearer", "BEARER"])
      expect(await authenticate(`${scheme} ${key.text}`)).toMatchObject({
        apiKeyId: "key_1",
        scopes: ["github:admin"],
      });
  });

  test("K-03: under an older pepper too", async () => {
    const rotated = createKeyDigests(parseVersionedSecrets(`${first},${pepper(2)}`));
    expect(await authenticator(rotated)(`Bearer ${key.text}`)).toMatchObject({ apiKeyId: "key_1" });
  });

  test("K-06: with one look-up for many calls", async () => {
    const authenticate = authenticator();
    for (let each = 0; each < 100; each++) await authenticate(`Bearer ${key.text}`);
    expect(lookups).toBe(1);
    expect(used).toHaveLength(100);
  });
});

describe("a key is refused", () => {
  test.for([
    ["revoked", { revokedAt: 5 }],
    ["expired", { expiresAt: 1_000_000 }],
    ["replaced", { secretExpiresAt: 999_999 }],
    ["of a suspended organization", { organizationSuspendedAt: 5 }],
    ["another secret", digests.digest("other")],
  ] as const)("when it is %s", async ([, change]) => {
    record = { ...(record as KeyRecord), ...change };
    await expect(authenticator()(`Bearer ${key.text}`)).rejects.toEqual(unauthenticated);
    expect(used).toEqual([]);
  });

  test("though it was right a moment ago, when it has expired since", async () => {
    record = { ...(record as KeyRecord), expiresAt: now + 1 };
    const authenticate = authenticator();
    await authenticate(`Bearer ${key.text}`);
    now += 1;
    await expect(authenticate(`Bearer ${key.text}`)).rejects.toEqual(unauthenticated);
  });

  test("though it was right a moment ago, once the record is read again", async () => {
    const authenticate = authenticator();
    await authenticate(`Bearer ${key.text}`);
    record = { ...(record as KeyRecord), ...digests.digest("other") };
    await authenticate(`Bearer ${key.text}`);
    expect(lookups).toBe(1);
    await sleep(950);
    await expect(authenticate(`Bearer ${key.text}`)).rejects.toEqual(unauthenticated);
    expect(lookups).toBe(2);
  });

  test("K-03: under another pepper", async () => {
    const other = createKeyDigests(parseVersionedSecrets(pepper(2)));
    await expect(authenticator(other)(`Bearer ${key.text}`)).rejects.toEqual(unauthenticated);
  });

  test.for([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    `Basic ${key.text}`,
    `Bearer  ${key.text}`,
    `Bearer ${key.text} x`,
    `Bearer,${key.text}`,
    `Token ${key.text}`,
    `Bearer\t${key.text}`,
    `Bearer\u00a0${key.text}`,
    key.text,
    `Bearer ${key.text}x`,
    `Bearer ${key.text.slice(0, -1)}`,
    `Bearer ${"x".repeat(10_000)}`,
  ])("when the header is %j, without asking the database", async (authorization) => {
    await expect(authenticator()(authorization)).rejects.toEqual(unauthenticated);
    expect(lookups).toBe(0);
  });
});

describe("who guesses keys", () => {
  const guess = () => `Bearer ${generateKey("live").text}`;

  test("K-12: is stopped after twenty failures a minute, and the database with him", async () => {
    const authenticate = authenticator();
    for (let each = 0; each < 20; each++)
      await expect(authenticate(guess())).rejects.toEqual(unauthenticated);
    for (let each = 0; each < 100; each++)
      await expect(authenticate(guess())).rejects.toEqual(rateLimited);
    expect(lookups).toBe(20);
    now += seconds(3);
    await expect(authenticate(guess())).rejects.toEqual(unauthenticated);
  });

  test("does not stop others, nor a key that worked from the same address before", async () => {
    const authenticate = authenticator();
    await authenticate(`Bearer ${key.text}`);
    for (let each = 0; each < 30; each++) await authenticate(guess()).catch(() => undefined);
    expect(await authenticate(`Bearer ${key.text}`)).toMatchObject({ apiKeyId: "key_1" });
    await expect(authenticate(guess(), "192.0.2.2")).rejects.toEqual(unauthenticated);
  });

  test("gains nothing from the rest of his IPv6 network", async () => {
    const authenticate = authenticator();
    const address = (each: number) => `2001:db8:0:1::${each.toString(16)}`;
    for (let each = 0; each < 20; each++)
      await authenticate(guess(), address(each)).catch(() => undefined);
    await expect(authenticate(guess(), "2001:db8:0:1:ffff::1")).rejects.toEqual(rateLimited);
    await expect(authenticate(guess(), "2001:db8:0:2::1")).rejects.toEqual(unauthenticated);
  });

  test("is forgotten after a minute", async () => {
    const authenticate = authenticator();
    for (let each = 0; each < 21; each++) await authenticate(guess()).catch(() => undefined);
    now += minutes(1);
    for (let each = 0; each < 20; each++)
      await expect(authenticate(guess())).rejects.toEqual(unauthenticated);
  });
});
