import { afterEach, beforeEach, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { type Answer, send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { githubCallsDuring } from "../src/upstream.ts";

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
  connector.forgetOutages();
});
afterEach(() => connector[Symbol.asyncDispose]());

const get = (path: string): Promise<Answer> =>
  send(`GET ${path}`, connector.url, { key: partner.key });
const health = () => get("/v1/github/installation/health");
const times = <T>(count: number, work: () => Promise<T>) =>
  Promise.all(Array.from({ length: count }, work));

test("R-32: while most calls fail GitHub is left alone, and asked again after five seconds", async () => {
  connector.sandbox.fault({ match: { path: "/app" }, kind: "status", status: 500 });
  await times(25, health);
  const reached = await githubCallsDuring(connector, async () => {
    const answers = await times(50, health);
    for (const { status, body } of answers) {
      expect(status).toBe(503);
      expect(body).toMatchObject({ code: "UNAVAILABLE", retryAfter: 5 });
    }
    expect((await get("/v1/github/installation")).status).toBe(200);
  });
  expect(reached).toEqual([]);

  connector.sandbox.fault([]);
  await expect
    .poll(async () => (await health()).status, { timeout: 8000, interval: 500 })
    .toBe(200);
}, 15_000);

test("R-32: one kind of calls that fails does not stop another", async () => {
  connector.sandbox.fault({ match: { path: "/app" }, kind: "status", status: 500 });
  await times(25, health);
  expect((await get("/v1/github/repos?limit=1")).status).toBe(200);
});

test("R-31: retries add at most a tenth, one a second and ten to begin with", async () => {
  connector.sandbox.fault({ match: { path: "/app" }, kind: "reset" });
  const started = performance.now();
  const calls = 15;
  const reached = await githubCallsDuring(connector, () => times(calls, health));
  const seconds = (performance.now() - started) / 1000;
  expect(reached.length).toBeGreaterThan(calls);
  expect(reached.length).toBeLessThanOrEqual(calls * 1.1 + seconds + 10);
});
