import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connector, Partner } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import {
  arrivedWith,
  authorizeIfAsked,
  customerBrowser,
  getInstallUrl,
  register,
  signIn,
} from "../../src/journey.ts";
import { deliver, installationEvent, signDelivery } from "../../src/webhooks/sign.ts";
import { settle, startToldConnector } from "../../src/webhooks/told.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startToldConnector();
  partner = await connector.addPartner();
});
afterEach(() => connector[Symbol.asyncDispose]());

/** A member asks his owners; returns the state of the attempt. */
async function ask(by: Partner): Promise<string> {
  const { authUrl, state } = await getInstallUrl(connector, by);
  const browser = customerBrowser();
  await signIn(browser, connector, "octo-member");
  await browser.visit(authUrl);
  await browser.click("acme-coffee");
  await browser.click("Request");
  await authorizeIfAsked(browser);
  expect(arrivedWith(browser)).toMatchObject({ error: "requested" });
  return state;
}

async function attempt(by: Partner, state: string) {
  const query = new URLSearchParams({ state }).toString();
  const target = `GET /v1/github/installation/attempt?${query}`;
  return (await send(target, connector.url, { key: by.key })).body;
}

test("a request that an owner approves is proven, and the partner can post it", async () => {
  const state = await ask(partner);
  const { installationId } = connector.sandbox.world.approveRequest("acme-coffee");
  await settle(connector);
  expect(await attempt(partner, state)).toMatchObject({ status: "verified", installationId });
  const [line] = await connector.store.audit.list({ organizationId: partner.organizationId }, 1);
  expect(line).toMatchObject({ action: "installation.prove", target: String(installationId) });
  expect(line?.details).toContain("owner_approval");
  // Owners are slow: the partner has days to post it.
  connector.advance(6 * 24 * 3600);
  expect((await register(connector, partner, { state, installationId })).status).toBe(201);
  const tokens = connector.sandbox.requests().filter(({ path }) => path.endsWith("/access_tokens"));
  const revoked = connector.sandbox
    .requests()
    .filter(({ method, path }) => method === "DELETE" && path.endsWith("/installation/token"));
  expect(tokens).toHaveLength(1);
  expect(revoked).toHaveLength(1);
});

test("two attempts that may be meant complete neither", async () => {
  const other = await connector.addPartner();
  const states = [await ask(partner), await ask(other)];
  connector.sandbox.world.approveRequest("acme-coffee");
  await settle(connector);
  expect(await attempt(partner, states[0] ?? "")).toMatchObject({ status: "requested" });
  expect(await attempt(other, states[1] ?? "")).toMatchObject({ status: "requested" });
});

test("an approval after seven days completes nothing", async () => {
  const state = await ask(partner);
  connector.advance(7 * 24 * 3600 + 1);
  connector.sandbox.world.approveRequest("acme-coffee");
  await settle(connector);
  expect(await attempt(partner, state)).toMatchObject({ status: "expired" });
});

test.each([
  ["by an admin proves the attempt", { sender: "octo-admin" }, "verified"],
  ["by a mere member does nothing", { sender: "octo-member" }, "requested"],
  ["by a stranger does nothing", { sender: "globex-admin" }, "requested"],
  ["by an admin's namesake does nothing", { sender: "octo-admin", senderId: 4711 }, "requested"],
  ["for another account does nothing", { sender: "octo-admin", accountId: 4711 }, "requested"],
  ["for another member does nothing", { sender: "octo-admin", requesterId: 4711 }, "requested"],
])("an approval %s", async (_what, changes, status) => {
  const state = await ask(partner);
  connector.sandbox.configureApp({ hook: null });
  const { installationId } = connector.sandbox.world.approveRequest("acme-coffee");
  const { organizationId } = partner;
  const [asked] = await connector.store.attempts.list({ organizationId }, 1);
  const given = {
    senderId: await idOf(changes.sender),
    requesterId: asked?.githubUserId,
    accountId: asked?.accountId,
  };
  const said = { ...given, ...changes };
  const payload = installationEvent("created", installationId, {
    installation: { id: installationId, account: { id: said.accountId } },
    requester: { id: said.requesterId },
    sender: { id: said.senderId, login: said.sender },
  });
  await deliver(connector.url, signDelivery({ event: "installation", payload }));
  await settle(connector);
  expect(await attempt(partner, state)).toMatchObject({ status });
});

async function idOf(login: string): Promise<number> {
  const { accessToken } = connector.sandbox.world.authorize(login);
  const headers = { authorization: `Bearer ${accessToken}`, "user-agent": "e2e" };
  const response = await fetch(`${connector.sandbox.apiUrl}/user`, { headers });
  return ((await response.json()) as { id: number }).id;
}
