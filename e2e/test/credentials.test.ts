import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import { send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { expectBudgetHeaders, expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

let connector: Connector;
let partner: Partner;
let other: Partner;
let now = Date.now() * 1000;
beforeAll(async () => {
  connector = await startConnector({ clock: () => now });
  partner = await connector.addPartner();
  other = await connector.addPartner();
  await bindAcme(connector, partner);
});
afterAll(() => connector[Symbol.asyncDispose]());

let addresses = 0;
/** An address that nobody called from yet: failures are counted for each apart. */
const fromNewAddress = () => {
  addresses += 1;
  return { "x-forwarded-for": `192.0.${addresses >> 8}.${addresses & 255}` };
};

const splitKey = (key: string) => ({ head: key.slice(0, 23), secret: key.slice(23, -6) });

/** A key's text with a right checksum. */
function withChecksum(body: string): string {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let rest = crc32(body);
  let checksum = "";
  for (let place = 0; place < 6; place++) {
    checksum = digits[rest % 62] + checksum;
    rest = Math.floor(rest / 62);
  }
  return body + checksum;
}

async function revokedKey(): Promise<string> {
  const { key, apiKeyId } = await connector.addPartner();
  await connector.operator.revokeKey(apiKeyId);
  return key;
}

async function expiredKey(): Promise<string> {
  const { key } = await connector.addPartner({ lifeSeconds: 60 });
  now += 60_000_000;
  return key;
}

async function rotatedKey(): Promise<string> {
  const { key, apiKeyId } = await connector.addPartner();
  await connector.operator.rotateKey(apiKeyId, 0);
  return key;
}

async function suspendedKey(): Promise<string> {
  const { key, organizationId } = await connector.addPartner();
  await connector.operator.setSuspended(organizationId, true);
  return key;
}

type Header = string | undefined | (() => string | Promise<string>);
const bearer = (make: () => string | Promise<string>) => async () => `Bearer ${await make()}`;

const refused: [what: string, authorization: Header][] = [
  ["no Authorization", undefined],
  ["an empty Authorization", ""],
  ["a scheme alone", "Bearer"],
  ["Basic", () => `Basic ${btoa(`${partner.key}:`)}`],
  ["another scheme", () => `Token ${partner.key}`],
  ["two spaces", () => `Bearer  ${partner.key}`],
  ["a tab for the space", () => `Bearer\t${partner.key}`],
  ["a non-breaking space", () => `Bearer\u00a0${partner.key}`],
  ["a comma", () => `Bearer,${partner.key}`],
  ["a second word", () => `Bearer ${partner.key} x`],
  ["a key without a scheme", () => partner.key],
  ["a key that is malformed", "Bearer lp_test_malformed"],
  ["10,000 characters", `Bearer lp_test_${"A".repeat(9985)}`],
  [
    "a key with a typo",
    bearer(() => partner.key.replace(/.$/, (last) => (last === "0" ? "1" : "0"))),
  ],
  ["a key of the other environment", bearer(() => partner.key.replace("lp_test_", "lp_live_"))],
  [
    "a whole key of the other environment",
    bearer(() => withChecksum(partner.key.slice(0, -6).replace("lp_test_", "lp_live_"))),
  ],
  ["an unknown key", bearer(() => withChecksum(`lp_test_00000000000000_${"A".repeat(43)}`))],
  [
    "a known key with another's secret",
    bearer(() => withChecksum(splitKey(partner.key).head + splitKey(other.key).secret)),
  ],
  ["a revoked key", bearer(revokedKey)],
  ["an expired key", bearer(expiredKey)],
  ["a key that was rotated away", bearer(rotatedKey)],
  ["a key of a suspended organization", bearer(suspendedKey)],
];

const call = { name: "github.getInstallation" };
const refusedBody = '{"error":"A valid credential is required.","code":"UNAUTHENTICATED"}';

describe.each(refused)("%s", (_what, header) => {
  test.each(transports)("K-05: is refused over %s with the one body", async (transport) => {
    const authorization = typeof header === "function" ? await header() : header;
    const before = readDatabase(connector);
    const headers = { ...fromNewAddress(), ...(authorization !== undefined && { authorization }) };
    const reached = await githubCallsDuring(connector, async () => {
      const answer = await callOver(transport, connector, { ...call, headers });
      expectRefusal(answer, "UNAUTHENTICATED");
      expectBudgetHeaders(answer, false);
      expect(answer.text).toBe(refusedBody);
    });
    expect(reached).toEqual([]);
    expect(readDatabase(connector)).toEqual(before);
  });
});

describe("a key is taken from the Authorization header only", () => {
  const target = "GET /v1/github/installation";
  test.each([
    ["X-Api-Key", () => ({ "x-api-key": partner.key })],
    ["a cookie", () => ({ cookie: `key=${partner.key}; sb-access-token=${partner.key}` })],
    ["Proxy-Authorization", () => ({ "proxy-authorization": `Bearer ${partner.key}` })],
  ])("and not from %s", async (_where, headers) => {
    const answer = await send(target, connector.url, {
      headers: { ...fromNewAddress(), ...headers() },
    });
    expectRefusal(answer, "UNAUTHENTICATED");
  });

  test("and not from the query or the body", async () => {
    const headers = fromNewAddress();
    const query = await send(`${target}?apiKey=${partner.key}`, connector.url, { headers });
    expectRefusal(query, "UNAUTHENTICATED");
    const body = { apiKey: partner.key, installationId: 1, state: "s" };
    const posted = await send("POST /v1/github/installation", connector.url, { headers, body });
    expectRefusal(posted, "UNAUTHENTICATED");
  });

  test("whatever the case of the scheme", async () => {
    for (const scheme of ["bearer", "BEARER"]) {
      const headers = { authorization: `${scheme} ${partner.key}` };
      expect((await send(target, connector.url, { headers })).status).toBe(200);
    }
  });
});

describe("a key that worked", () => {
  test("K-07 A028: is refused about a second after its revocation", async () => {
    const { key, apiKeyId } = await connector.addPartner();
    const whoami = () => send("GET /v1/whoami", connector.url, { key, headers: fromNewAddress() });
    expect((await whoami()).status).toBe(200);
    await connector.operator.revokeKey(apiKeyId);
    await expect.poll(async () => (await whoami()).status, { timeout: 2000 }).toBe(401);
  });

  test("K-10: works beside its successor for as long as the operator said", async () => {
    const { key, apiKeyId } = await connector.addPartner();
    const { text } = await connector.operator.rotateKey(apiKeyId, 3600);
    const statusOf = async (each: string) =>
      (await send("GET /v1/whoami", connector.url, { key: each, headers: fromNewAddress() }))
        .status;
    expect([await statusOf(key), await statusOf(text)]).toEqual([200, 200]);
    now += 3600_000_000;
    expect([await statusOf(key), await statusOf(text)]).toEqual([401, 200]);
  });
});

describe("K-12 A034: twenty failed credentials a minute", () => {
  test.each(transports)("are taken from an address over %s, then none", async (transport) => {
    const headers = fromNewAddress();
    const guess = () => callOver(transport, connector, { ...call, key: "lp_test_guess", headers });
    for (let failed = 0; failed < 20; failed++) expectRefusal(await guess(), "UNAUTHENTICATED");
    const { retryAfter } = expectRefusal(await guess(), "RATE_LIMITED");
    now += Number(retryAfter) * 1_000_000;
    expectRefusal(await guess(), "UNAUTHENTICATED");
    expectRefusal(await guess(), "RATE_LIMITED");
  });

  test("do not lock out a key that worked, nor another address", async () => {
    const headers = fromNewAddress();
    const statusOf = async (key: string, from: Record<string, string>) =>
      (await send("GET /v1/github/installation", connector.url, { key, headers: from })).status;
    expect(await statusOf(partner.key, headers)).toBe(200);
    for (let failed = 0; failed < 20; failed++)
      expect(await statusOf("lp_test_guess", headers)).toBe(401);
    expect(await statusOf("lp_test_guess", headers)).toBe(429);
    expect(await statusOf(partner.key, headers)).toBe(200);
    expect(await statusOf("lp_test_guess", fromNewAddress())).toBe(401);
  });

  test("count for a whole IPv6 network", async () => {
    const from = (host: string) => ({ "x-forwarded-for": `2001:db8:1:2::${host}` });
    const guess = (headers: Record<string, string>) =>
      send("GET /v1/github/installation", connector.url, { key: "lp_test_guess", headers });
    for (let failed = 0; failed < 20; failed++) await guess(from(failed.toString(16)));
    expectRefusal(await guess(from("ffff")), "RATE_LIMITED");
    expectRefusal(await guess({ "x-forwarded-for": "2001:db8:1:3::1" }), "UNAUTHENTICATED");
  });
});
