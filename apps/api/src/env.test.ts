import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readEnv } from "./env.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const secret = `1:${randomBytes(32).toString("base64")}`;
const complete = {
  PUBLIC_URL: "https://connect.example.com/",
  DATABASE_URL: "file:./layers.db",
  KEY_PEPPERS: secret,
  ENCRYPTION_KEYS: secret,
  GITHUB_APP_ID: "1",
  GITHUB_APP_SLUG: "layers-connector",
  GITHUB_APP_CLIENT_ID: "Iv1",
  GITHUB_APP_CLIENT_SECRET: "s",
  GITHUB_APP_PRIVATE_KEY: privateKey,
  GITHUB_WEBHOOK_SECRET: "0123456789abcdef",
};

test("a complete environment is read, with defaults", () => {
  const env = readEnv(complete);
  expect(env).toMatchObject({
    PUBLIC_URL: "https://connect.example.com",
    databaseFile: "./layers.db",
    KEY_ENV: "live",
    PORT: 4000,
    github: {
      apiUrl: "https://api.github.com",
      webUrl: "https://github.com",
      edition: "dotcom",
      appId: "1",
    },
  });
});

test("while the webhook secret is rotated there are two, the current one first", () => {
  expect(readEnv(complete).webhookSecrets).toEqual(["0123456789abcdef"]);
  const rotating = { ...complete, GITHUB_WEBHOOK_SECRET_PREVIOUS: "fedcba9876543210" };
  expect(readEnv(rotating).webhookSecrets).toEqual(["0123456789abcdef", "fedcba9876543210"]);
  const short = { ...complete, GITHUB_WEBHOOK_SECRET_PREVIOUS: "short" };
  expect(() => readEnv(short)).toThrow(/GITHUB_WEBHOOK_SECRET_PREVIOUS: expected at least 16/);
});

test("a private key on one line is unfolded", () => {
  const oneLine = privateKey.replaceAll("\n", "\\n");
  const { github } = readEnv({ ...complete, GITHUB_APP_PRIVATE_KEY: oneLine });
  expect(github.privateKeys).toEqual([privateKey.trim()]);
});

describe("G-07: while the App's private key is rotated", () => {
  const other = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
  const both = { github: { privateKeys: [other.trim(), privateKey.trim()] } };

  test("the new and the old one are read, in their order", () => {
    const GITHUB_APP_PRIVATE_KEY = other + privateKey;
    expect(readEnv({ ...complete, GITHUB_APP_PRIVATE_KEY })).toMatchObject(both);
  });

  test("both are read from one file", () => {
    const folder = mkdtempSync(join(tmpdir(), "layers-env-"));
    const file = join(folder, "app.pem");
    writeFileSync(file, `${other}\n${privateKey}`);
    const { GITHUB_APP_PRIVATE_KEY: _key, ...rest } = complete;
    expect(readEnv({ ...rest, GITHUB_APP_PRIVATE_KEY_FILE: file })).toMatchObject(both);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["three", privateKey.repeat(3)],
    ["a good one and half of one", privateKey + other.slice(0, 200)],
    ["a good one and a damaged one", privateKey + other.replace("MII", "XXX")],
  ])("%s are refused", (_what, GITHUB_APP_PRIVATE_KEY) => {
    expect(() => readEnv({ ...complete, GITHUB_APP_PRIVATE_KEY })).toThrow("one or two");
  });
});

describe("the portal", () => {
  const issuer = "https://project.supabase.co/auth/v1";
  const secret32 = "0123456789abcdef0123456789abcdef";
  const read = (issuers: unknown, changes: Record<string, string> = {}) =>
    readEnv({ ...complete, PORTAL_ISSUERS: JSON.stringify(issuers), ...changes }).portal;

  test("is absent without issuers", () => {
    expect(readEnv(complete).portal).toBeUndefined();
  });

  test("has issuers, each with one kind of keys, and our own origin among its own", () => {
    const issuers = [
      { issuer, jwksUrl: `${issuer}/.well-known/jwks.json` },
      { issuer: "https://other.example", secret: secret32 },
    ];
    expect(read(issuers, { PORTAL_ORIGINS: "https://portal.example, https://a.example" })).toEqual({
      issuers,
      cookieName: "sb-access-token",
      origins: ["https://portal.example", "https://a.example", "https://connect.example.com"],
    });
  });

  test.each<[string, unknown]>([
    ["a secret of 31 bytes", [{ issuer, secret: secret32.slice(1) }]],
    ["both kinds of keys", [{ issuer, secret: secret32, jwksUrl: `${issuer}/jwks` }]],
    ["no keys", [{ issuer }]],
    ["the same issuer twice", [1, 2].map(() => ({ issuer, secret: secret32 }))],
    ["keys over plain HTTP", [{ issuer, jwksUrl: "http://keys.example/jwks" }]],
    ["keys at the machine's metadata", [{ issuer, jwksUrl: "https://169.254.169.254/jwks" }]],
    ["no list", { issuer, secret: secret32 }],
  ])("J-01: is refused with %s, which is not repeated", (_what, issuers) => {
    expect(() => read(issuers)).toThrow("PORTAL_ISSUERS");
    expect(() => read(issuers)).not.toThrow(secret32.slice(1));
  });

  test("A154: is refused in production with the secret of Supabase's documentation", () => {
    const known = "super-secret-jwt-token-with-at-least-32-characters-long";
    expect(() => read([{ issuer, secret: known }])).toThrow("everybody has it");
    expect(read([{ issuer, secret: known }], { KEY_ENV: "test" })).toBeDefined();
  });

  test.each(["https://portal.example/", "https://PORTAL.example", "portal.example", "null", "*"])(
    "is refused with the origin %s",
    (PORTAL_ORIGINS) => {
      expect(() => read([{ issuer, secret: secret32 }], { PORTAL_ORIGINS })).toThrow(
        "PORTAL_ORIGINS",
      );
    },
  );
});

describe("what is missing or bad is named, and its value is not", () => {
  test.for(Object.keys(complete))("%s missing", (name) => {
    expect(() => readEnv({ ...complete, [name]: undefined })).toThrow(name);
  });

  test("all at once", () => {
    expect(() => readEnv({})).toThrow(
      /PUBLIC_URL[\s\S]*DATABASE_URL[\s\S]*KEY_PEPPERS[\s\S]*GITHUB_APP_PRIVATE_KEY/,
    );
  });

  test.for([
    ["KEY_PEPPERS", "1:canary"],
    ["DATABASE_URL", "mysql://canary"],
    ["GITHUB_APP_PRIVATE_KEY", "canary"],
    ["GITHUB_APP_PRIVATE_KEY_FILE", "/nowhere/key.pem"],
    ["GITHUB_API_URL", "http://canary.example"],
    ["GITHUB_API_URL", "https://canary@api.github.com"],
    ["GITHUB_API_URL", "https://169.254.169.254"],
    ["GITHUB_API_URL", "https://[::ffff:169.254.169.254]"],
    ["PUBLIC_URL", "http://canary.example"],
    ["PORT", "canary"],
  ] as const)("G-08 A191: %s=%s", ([name, value]) => {
    const read = () => readEnv({ ...complete, [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow("canary");
  });
});
