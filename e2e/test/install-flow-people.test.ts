import { afterEach, beforeEach, expect, test } from "vitest";
import { type Connector, startConnector } from "../src/connector.ts";
import {
  arrivedWith,
  authorizeIfAsked,
  customerBrowser,
  getInstallUrl,
  register,
  signIn,
} from "../src/journey.ts";

let connector: Connector;
beforeEach(async () => {
  connector = await startConnector();
});
afterEach(() => connector[Symbol.asyncDispose]());

test.each([
  ["the admin of another organization", "globex-admin", false],
  ["somebody from outside", "octocat", false],
  ["a member who is no owner", "octo-member", false],
  ["an owner who has not accepted the invitation", "octocat", true],
] as const)("O-06: %s connects nothing", async (_who, login, isInvited) => {
  const { world } = connector.sandbox;
  const { id } = world.install("acme-coffee");
  if (isInvited) world.inviteAdmin("acme-coffee", login);
  const partner = await connector.addPartner();
  const { state } = await getInstallUrl(connector, partner);
  const browser = customerBrowser();
  await signIn(browser, connector, login);
  const callback = new URLSearchParams({
    installation_id: String(id),
    setup_action: "install",
    state,
  });
  await browser.visit(`${connector.url}/github/app/callback?${callback}`);
  await authorizeIfAsked(browser);
  expect(arrivedWith(browser)).toMatchObject({ error: "not_proven", state });
  const posted = await register(connector, partner, { state, installationId: id });
  expect(posted).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  expect(await connector.store.bindings.list()).toEqual([]);
});
