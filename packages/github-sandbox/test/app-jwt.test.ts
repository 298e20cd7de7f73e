import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { generateAppKeyPair } from "../src/index.ts";
import { api, appOf, jwtOf, keys, startKeylessSandbox, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const messages = {
  tooFar: "'Expiration time' claim ('exp') is too far in the future",
  expired:
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
  issuedAt:
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
  issuer: "'Issuer' claim ('iss') must be an Integer",
  undecodable: "A JSON web token could not be decoded",
  noKey: "Integration must generate a public key",
};

const getApp = async (claims: Record<string, unknown>) =>
  api(sandbox, "GET /app", { token: await jwtOf(sandbox, claims) });

const now = () => Math.floor(Date.now() / 1000);

describe("The App's JWT", () => {
  test("is accepted with the App id as issuer, as number and as text, and with the client id", async () => {
    for (const iss of [sandbox.app.id, String(sandbox.app.id), sandbox.app.clientId]) {
      const { status, body } = await getApp({ iss });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: sandbox.app.id, slug: sandbox.app.slug });
    }
  });

  test("is accepted from Octokit", async () => {
    const { data } = await appOf(sandbox, sandbox.app.clientId).octokit.request("GET /app");
    expect(data?.client_id).toBe(sandbox.app.clientId);
  });

  test.each([
    ["exp more than 10 minutes ahead", { exp: now() + 700 }, messages.tooFar],
    ["exp in the past", { exp: now() - 1 }, messages.expired],
    ["exp that is text", { exp: "soon" }, messages.expired],
    ["no exp", { exp: undefined }, messages.expired],
    ["iat in the future", { iat: now() + 60 }, messages.issuedAt],
    ["iat that is a fraction", { iat: now() - 0.5 }, messages.issuedAt],
    ["no iat", { iat: undefined }, messages.issuedAt],
    ["an issuer with a stray character", { iss: "1204501 " }, messages.issuer],
    ["no issuer", { iss: undefined }, messages.issuer],
    ["another App as issuer", { iss: 99 }, messages.undecodable],
    ["another client as issuer", { iss: "Iv23liSomebodyElse00" }, messages.undecodable],
  ])("with %s is refused", async (_case, claims, message) => {
    const { status, body } = await getApp(claims);
    expect(status).toBe(401);
    expect(body).toEqual({
      message,
      documentation_url: "https://docs.github.com/rest",
      status: "401",
    });
  });

  test("signed with another key is refused", async () => {
    const { privateKey } = await generateAppKeyPair();
    const token = await new SignJWT({ iat: now() - 60, exp: now() + 540, iss: "1204501" })
      .setProtectedHeader({ alg: "RS256" })
      .sign(createPrivateKey(privateKey));
    const { status, body } = await api(sandbox, "GET /app", { token });
    expect(status).toBe(401);
    expect(body.message).toBe(messages.undecodable);
  });

  test("signed with the public key as an HMAC secret is refused", async () => {
    const token = await new SignJWT({ iat: now() - 60, exp: now() + 540, iss: "1204501" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(keys.publicKey));
    const { status, body } = await api(sandbox, "GET /app", { token });
    expect(status).toBe(401);
    expect(body.message).toBe(messages.undecodable);
  });

  test.each([undefined, "abc", "a.b.c", "ghs_000000000000000000000000000000000000"])(
    "is missed where %s stands instead",
    async (token) => {
      const { status, body } = await api(sandbox, "GET /app", { token });
      expect(status).toBe(401);
      expect(body.message).toBe(messages.undecodable);
    },
  );

  test("counts as Bearer alone, not as token", async () => {
    const authorization = `token ${await jwtOf(sandbox)}`;
    const { status } = await api(sandbox, "GET /app", { headers: { authorization } });
    expect(status).toBe(401);
  });

  test("means nothing at the endpoints for tokens", async () => {
    const token = await jwtOf(sandbox);
    for (const route of [
      "GET /installation/repositories",
      "GET /user",
      "GET /user/installations",
    ]) {
      const { status, body } = await api(sandbox, route, { token });
      expect(status).toBe(401);
      expect(body.message).toBe("Bad credentials");
    }
  });

  test("is judged by the stand-in's own clock, which the Date header tells", async () => {
    sandbox.clock(3600);
    const { status, headers, body } = await getApp({});
    expect(status).toBe(401);
    expect(body.message).toBe(messages.expired);
    const told = Date.parse(headers.get("date") ?? "");
    expect(Math.abs(told - Date.now() - 3_600_000)).toBeLessThan(5_000);
    sandbox.clock(-3600);
    expect((await getApp({})).body.message).toBe(messages.tooFar);
  });

  test("corrects itself in Octokit, which reads that Date header", async () => {
    sandbox.clock(-1800);
    const { data } = await appOf(sandbox).octokit.request("GET /app");
    expect(data?.id).toBe(sandbox.app.id);
  });

  test("is accepted of the new key alone once the App's key was replaced", async () => {
    const { privateKey, publicKey } = await generateAppKeyPair();
    sandbox.replaceAppKey(publicKey);
    sandbox.reset();
    expect((await getApp({})).body.message).toBe(messages.undecodable);
    const token = await new SignJWT({ iat: now() - 60, exp: now() + 540, iss: "1204501" })
      .setProtectedHeader({ alg: "RS256" })
      .sign(createPrivateKey(privateKey));
    expect((await api(sandbox, "GET /app", { token })).status).toBe(200);
    expect(() => sandbox.replaceAppKey("no key")).toThrow();
    sandbox.replaceAppKey(keys.publicKey);
    expect((await getApp({})).status).toBe(200);
  });

  test("is refused for an App without a key", async () => {
    await using keyless = await startKeylessSandbox();
    const { status, body } = await api(keyless, "GET /app", { token: await jwtOf(keyless) });
    expect(status).toBe(401);
    expect(body.message).toBe(messages.noKey);
  });
});
