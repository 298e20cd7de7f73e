import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import { bindAcme } from "../../src/journey.ts";
import { endFaults } from "../../src/upstream.ts";

let connector: Connector;
let partner: Partner;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
});
afterAll(() => connector[Symbol.asyncDispose]());

const call = (target: string, body?: object) =>
  send(`${target} /v1/github/installation/token`, connector.url, { key: partner.key, body });
const askForToken = async () => {
  const { body } = await call("POST", { permissions: { contents: "read" } });
  return (body as { token: string }).token;
};

test("a token whose revocation got lost half-way is not handed out again, and can be revoked", async () => {
  const token = await askForToken();
  expect(await askForToken()).toBe(token);
  connector.sandbox.fault({ match: { method: "DELETE" }, kind: "status", status: 500 });
  expect((await call("DELETE", { token })).status).toBe(502);
  expect(await askForToken()).not.toBe(token);
  endFaults(connector);
  expect((await call("DELETE", { token })).status).toBe(204);
});

test("a token that its holder revoked at GitHub does not make the binding look ill", async () => {
  const { body } = await call("POST", {});
  const { token } = body as { token: string };
  const headers = { authorization: `Bearer ${token}`, "user-agent": "partner" };
  await fetch(`${connector.sandbox.apiUrl}/installation/token`, { method: "DELETE", headers });
  const { key } = partner;
  const health = await send("GET /v1/github/installation/health", connector.url, { key });
  expect(health).toMatchObject({ status: 200, body: { healthy: true } });
});
