import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sendBytes } from "../../src/attacks/wire.ts";
import { type Connector, startConnector } from "../../src/connector.ts";
import { readDatabase } from "../../src/database.ts";
import {
  type DeliveryOptions,
  deliver,
  installationEvent,
  signatureOf,
  signDelivery,
} from "../../src/webhooks/sign.ts";

const event = "installation";
const payload = installationEvent("created", 5001);
const previousSecret = "the-secret-before-it";
const days = 24 * 3600;

let connector: Connector;
let secrets: string[];
beforeAll(async () => {
  secrets = ["e2e-webhook-secret"];
  connector = await startConnector({ webhookSecrets: secrets });
});
afterAll(() => connector[Symbol.asyncDispose]());
beforeEach(() => {
  secrets.splice(1);
});

const sign = (changes: Partial<DeliveryOptions> = {}) =>
  signDelivery({ event, payload, ...changes });

/** Sends it, and expects that nothing is stored. */
async function expectNothingStored(delivery: ReturnType<typeof sign>): Promise<number> {
  const before = readDatabase(connector);
  const status = await deliver(connector.url, delivery);
  expect(readDatabase(connector)).toEqual(before);
  return status;
}

const jobs = async () => (await connector.store.jobs.list({}, 10_000)).length;

describe("A176 A177: a webhook", () => {
  const { "x-hub-signature-256": signature = "", ...unsigned } = sign().headers;

  test.each([
    ["without a signature", {}],
    ["with the old kind of signature alone", { "x-hub-signature": "sha1=0123456789abcdef" }],
    ["with capitals in its signature", { "x-hub-signature-256": signature.toUpperCase() }],
    ["with its signature's hex alone", { "x-hub-signature-256": signature.slice(7) }],
    ["with a signature that goes on", { "x-hub-signature-256": `${signature}00` }],
    ["with a signature of zeros", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }],
    ["with another secret's signature", { "x-hub-signature-256": signatureOf("{}", "guessed") }],
  ])("%s is refused, and nothing is stored", async (_what, headers) => {
    const { forged } = connector.webhookCounts;
    const status = await expectNothingStored({ ...sign(), headers: { ...unsigned, ...headers } });
    expect([status, connector.webhookCounts.forged]).toEqual([401, forged + 1]);
  });

  test("with two signatures, of which one is right, is refused", async () => {
    const { headers, body } = sign();
    const lines = [...Object.entries(headers), ["x-hub-signature-256", signature]];
    const { host } = new URL(connector.url);
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const { status } = await sendBytes(
      connector.url,
      `POST /github/webhooks HTTP/1.1\r\nHost: ${host}\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(status).toBe(400);
  });
});

describe("A178 W-01: a body that means the same, and is not the same,", () => {
  const body = JSON.stringify({ ...payload, note: "é" });

  test.each([
    ["with a space more", body.replace(",", ", ")],
    ["with its letters written out", body.replace("é", "\\u00e9")],
    ["with a line's end more", `${body}\r\n`],
  ])("%s is refused, and nothing is stored", async (_what, changed) => {
    const { headers } = sign({ payload: body });
    expect(await expectNothingStored({ guid: "", headers, body: changed })).toBe(401);
    expect(await deliver(connector.url, { headers, body })).toBe(202);
  });
});

test("A179 W-01: the previous secret signs while it is rotated, and not after", async () => {
  const old = () => deliver(connector.url, sign({ secret: previousSecret }));
  secrets.push(previousSecret);
  expect(await old()).toBe(202);
  expect(await deliver(connector.url, sign())).toBe(202);
  secrets.pop();
  expect(await old()).toBe(401);
});

describe("A180 A181: a signed webhook", () => {
  test.each([
    ["as a form", "application/x-www-form-urlencoded", `payload=${JSON.stringify(payload)}`],
    ["as text", "text/plain", JSON.stringify(payload)],
    ["in another alphabet", "application/json; charset=utf-16", JSON.stringify(payload)],
  ])("%s is refused with 415", async (_what, type, body) => {
    const delivery = sign({ payload: body, headers: { "content-type": type } });
    expect(await expectNothingStored(delivery)).toBe(415);
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["nothing", ""],
  ])("that is %s is refused with 400", async (_what, body) => {
    expect(await expectNothingStored(sign({ payload: body }))).toBe(400);
  });
});

test("A182: a delivery that comes fifty times, and again in days, is one job", async () => {
  const delivery = sign();
  const before = await jobs();
  const send = () => deliver(connector.url, delivery);
  const statuses = await Promise.all(Array.from({ length: 50 }, send));
  for (const later of [3600, 6 * days]) {
    connector.advance(later);
    await connector.store.deleteExpired(Date.now() * 1000 + later * 1_000_000);
    statuses.push(await send());
  }
  expect(new Set(statuses)).toEqual(new Set([202]));
  expect(await jobs()).toBe(before + 1);
});

test("A183: another body under the id of a delivery is accepted, not worked on, and reported", async () => {
  const first = sign();
  await deliver(connector.url, first);
  const before = readDatabase(connector);
  const other = sign({ guid: first.guid, payload: installationEvent("deleted", 5002) });
  expect(await deliver(connector.url, other)).toBe(202);
  expect(readDatabase(connector)).toEqual(before);
  expect(connector.webhookCounts.conflicting).toBe(1);
  const reports = connector.logLines.filter((line) => line.includes("under the id of another"));
  expect(reports).toEqual([expect.stringContaining(first.guid)]);
});

describe("A184: a delivery whose id is", () => {
  test.each([
    ["missing", undefined],
    ["no GUID", "5001"],
    ["SQL", "'; --"],
    ["of 10 KB", "a".repeat(10_000)],
    ["a GUID and more", `${randomUUID()}0`],
  ])("%s is refused with 400", async (_what, guid) => {
    const { "x-github-delivery": _guid, ...headers } = sign().headers;
    const given = guid === undefined ? {} : { "x-github-delivery": guid };
    const delivery = { ...sign(), headers: { ...headers, ...given } };
    expect(await expectNothingStored(delivery)).toBe(400);
  });

  test("written in capitals is the same delivery", async () => {
    const delivery = sign();
    const before = await jobs();
    await deliver(connector.url, delivery);
    const headers = { ...delivery.headers, "x-github-delivery": delivery.guid.toUpperCase() };
    expect(await deliver(connector.url, { ...delivery, headers })).toBe(202);
    expect(await jobs()).toBe(before + 1);
  });
});

describe("A185 W-11: a webhook", () => {
  test.each([
    ["of another App", { "x-github-hook-installation-target-id": "999" }],
    ["of an organization", { "x-github-hook-installation-target-type": "organization" }],
  ])("%s is accepted, ignored, counted and reported", async (_what, headers) => {
    const { misdirected } = connector.webhookCounts;
    const delivery = sign({ headers });
    expect(await expectNothingStored(delivery)).toBe(202);
    expect(connector.webhookCounts.misdirected).toBe(misdirected + 1);
    expect(connector.logLines.at(-2)).toContain("another App's");
  });
});

test("A186: an event that nobody knows is accepted and leads to nothing", async () => {
  const before = await jobs();
  const delivery = sign({ event: "no_such_event", payload: { action: { a: [1] } } });
  expect(await deliver(connector.url, delivery)).toBe(202);
  expect(await jobs()).toBe(before);
});

test("A188: a flood of forged webhooks is refused while genuine ones are taken within a second", async () => {
  const forged = sign({ secret: "guessed", payload: installationEvent("created", 5002) });
  const before = await jobs();
  const over = new AbortController();
  let refused = 0;
  const flood = Array.from({ length: 16 }, async () => {
    while (!over.signal.aborted) {
      expect(await deliver(connector.url, forged)).toBe(401);
      refused += 1;
    }
  });
  const times: number[] = [];
  for (let each = 0; each < 40; each++) {
    const startedAt = performance.now();
    expect(await deliver(connector.url, sign())).toBe(202);
    times.push(performance.now() - startedAt);
    await sleep(25);
  }
  over.abort();
  await Promise.all(flood);
  const slowest = Math.max(...times);
  console.log(`A188: ${refused} forged ones beside; the slowest of 40: ${slowest.toFixed(0)} ms.`);
  expect(slowest).toBeLessThan(1000);
  expect(refused).toBeGreaterThan(100);
  expect(await jobs()).toBe(before + 40);
}, 60_000);

test("other routes take no body of this size", async () => {
  const body = Buffer.alloc(100_000, " ");
  const response = await fetch(`${connector.url}/v1/github/installation`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: new Uint8Array(body),
  });
  expect([401, 413]).toContain(response.status);
  const { status } = await fetch(`${connector.url}/github/webhooks`);
  expect(status).toBe(405);
});
