import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { guessKey, withChecksum } from "../src/attacks/keys.ts";
import { fromNewAddress } from "../src/attacks/target.ts";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { expectRefusal } from "../src/refusal.ts";

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
});
afterEach(() => connector[Symbol.asyncDispose]());

/** A request's line has the path as it was sent; the real log redacts it (K-15). */
const isNotOfRequest = (line: string) => !line.endsWith('"message":"request"}');
const read = "GET /v1/github/installation";
const lines = async () =>
  (await connector.store.audit.list(partner, 1000)).filter(
    ({ action }) => action === "key.seen_in_url",
  );
/** What follows an answer has happened when a later write is done. */
const settled = () => connector.operator.createOrganization("Later");
async function leak(path: string) {
  const answer = await send(path, connector.url, { headers: fromNewAddress() });
  await settled();
  return answer;
}

describe("K-13: a key that arrives in a URL", () => {
  const ofRest: [where: string, request: (key: string) => string][] = [
    ["REST's query", (key) => `${read}?apiKey=${key}`],
    ["a mutation's query", (key) => `DELETE /v1/github/installation?access_token=${key}`],
    ["a query beside a body", (key) => `POST /v1/github/installation?key=${key}`],
    ["a path that does not exist", (key) => `GET /v1/${key}`],
    ["the documentation", (key) => `GET /docs?key=${key}`],
  ];
  const places: typeof ofRest = [
    ...ofRest,
    [
      "tRPC's input",
      (key) => `GET /trpc/keys.whoami?input=${encodeURIComponent(`{"k":"${key}"}`)}`,
    ],
    ["an unknown procedure's input", (key) => `GET /trpc/nothing?token=${key}`],
    ["a page of the flow", (key) => `GET /github/app/connect?key=${key}`],
  ];
  test.each(places)(
    "in %s leaves a line for the operator, without the key",
    async (_w, request) => {
      const [method = "", path] = request(partner.key).split(" ");
      const response = await fetch(`${connector.url}${path}`, { method });
      await response.arrayBuffer();
      await vi.waitFor(async () => expect(await lines()).toHaveLength(1));
      const [line] = await lines();
      expect(line).toMatchObject({
        actor: "service",
        target: partner.apiKeyId,
        requestId: response.headers.get("x-request-id"),
        remoteAddress: "127.0.0.1",
        details: JSON.stringify({ keyId: partner.key.split("_")[2] }),
      });
      const told = [
        JSON.stringify(await lines()),
        ...connector.logLines.filter(isNotOfRequest),
      ].join("\n");
      expect(told).not.toContain(partner.key.slice(-49));
      expect(told).toContain("a key was sent in a URL");
    },
  );

  test.each(ofRest)("in %s is told of by REST in a process of its own too", async (_w, request) => {
    const [method = "", path] = request(partner.key).split(" ");
    const headers = { "x-forwarded-for": "192.0.2.7" };
    const response = await fetch(`${connector.remoteUrl}${path}`, { method, headers });
    await response.arrayBuffer();
    await vi.waitFor(async () => expect(await lines()).toHaveLength(1));
    expect((await lines())[0]).toMatchObject({
      target: partner.apiKeyId,
      remoteAddress: "192.0.2.7",
    });
    const told = [JSON.stringify(await lines()), ...connector.logLines.filter(isNotOfRequest)];
    expect(told.join("\n")).not.toContain(partner.key.slice(-49));
  });

  test("is refused there, and goes on working in Authorization until the operator acts", async () => {
    expectRefusal(await leak(`${read}?key=${partner.key}`), "UNAUTHENTICATED");
    await vi.waitFor(async () => expect(await lines()).toHaveLength(1));
    expect((await send("GET /v1/whoami", connector.url, { key: partner.key })).status).toBe(200);
  });

  test("beside a good one is refused as the unknown name that it is", async () => {
    const query = new URLSearchParams({ returnUrl, key: partner.key }).toString();
    const path = `GET /v1/github/installation/install-url?${query}`;
    const { key } = await connector.addPartner();
    expectRefusal(await send(path, connector.url, { key }), "VALIDATION");
    await vi.waitFor(async () => expect(await lines()).toHaveLength(1));
  });

  test("leaves one line an hour, however often and from wherever it comes", async () => {
    await Promise.all(Array.from({ length: 50 }, () => leak(`${read}?key=${partner.key}`)));
    await vi.waitFor(async () => expect(await lines()).toHaveLength(1));
    connector.advance(3599);
    await leak(`${read}?key=${partner.key}`);
    expect(await lines()).toHaveLength(1);
    connector.advance(1);
    await leak(`${read}?key=${partner.key}`);
    await vi.waitFor(async () => expect(await lines()).toHaveLength(2));
  });
});

describe("K-13: what strangers put into a URL", () => {
  const strangers: [what: string, make: () => string][] = [
    ["keys that nobody has", guessKey],
    [
      "another secret under a key's public id",
      () => withChecksum(`${partner.key.slice(0, 23)}${guessKey().slice(23, -6)}`),
    ],
    ["keys with a typo", () => `${partner.key.slice(0, -1)}!`],
  ];
  test.each(strangers)("leaves no line: %s", async (_what, make) => {
    const lookups = vi.spyOn(connector.store.keys, "findByKeyId");
    const headers = fromNewAddress();
    for (let each = 0; each < 40; each++)
      await send(`${read}?key=${make()}`, connector.url, { headers });
    await settled();
    expect(await lines()).toEqual([]);
    expect(lookups.mock.calls.length).toBeLessThanOrEqual(20);
    const { key } = partner;
    await send(`${read}?key=${key}`, connector.url, { headers: fromNewAddress() });
    await vi.waitFor(async () => expect(await lines()).toHaveLength(1));
  });

  test("and fails there counts as guessing, and as no more than that", async () => {
    const headers = fromNewAddress();
    for (let each = 0; each < 20; each++)
      await send(`${read}?key=${guessKey()}`, connector.url, { headers });
    await settled();
    const guess = await send(read, connector.url, { key: guessKey(), headers });
    expectRefusal(guess, "RATE_LIMITED");
    const elsewhere = { key: partner.key, headers: fromNewAddress() };
    expect((await send("GET /v1/whoami", connector.url, elsewhere)).status).toBe(200);
  });
});
