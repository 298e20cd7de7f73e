import type { Browser } from "@layers/github-sandbox/browser";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { expectInvariants } from "../src/invariants.ts";
import {
  arrivedWith,
  authorizeIfAsked,
  bindAcme,
  connectInBrowser,
  customerBrowser,
  getInstallUrl,
  installInBrowser,
  register,
  signIn,
} from "../src/journey.ts";

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
});
afterEach(async () => {
  await expectInvariants(connector);
  await connector[Symbol.asyncDispose]();
});

async function attempt(state: string) {
  const query = new URLSearchParams({ state }).toString();
  const { body } = await send(`GET /v1/github/installation/attempt?${query}`, connector.url, {
    key: partner.key,
  });
  return body;
}

/** Opens our callback as GitHub would redirect to it. */
async function openCallback(browser: Browser, parameters: Record<string, string>) {
  await browser.visit(`${connector.url}/github/app/callback?${new URLSearchParams(parameters)}`);
  await authorizeIfAsked(browser);
}

const openConnect = async (browser: Browser, state: string) => {
  await browser.visit(`${connector.url}/github/app/connect?${new URLSearchParams({ state })}`);
  await authorizeIfAsked(browser);
};

const globexId = () => String(connector.sandbox.world.installation("globex")?.id);

describe("O-06: who may connect an installation", () => {
  test("an owner of the organization, through GitHub's install page", async () => {
    const { state, installationId } = await installInBrowser(connector, partner, {
      login: "octo-admin",
      account: "acme-coffee",
    });
    expect(await attempt(state)).toMatchObject({ status: "verified", installationId });
    expect((await register(connector, partner, { state, installationId })).status).toBe(201);
    expect(await attempt(state)).toMatchObject({ status: "bound", installationId });
  });

  test("a person, for his own account", async () => {
    const proven = await installInBrowser(connector, partner, {
      login: "octocat",
      account: "octocat",
    });
    const { body } = await register(connector, partner, proven);
    expect(body).toMatchObject({ githubAccount: { login: "octocat", type: "User" } });
  });

  test("an owner, of an App that is installed already", async () => {
    const proven = await connectInBrowser(connector, partner, {
      login: "globex-admin",
      account: "globex",
    });
    expect(await register(connector, partner, proven)).toMatchObject({
      status: 201,
      body: { orgLogin: "globex" },
    });
  });

  test("not a member who is no owner: the partner's page gets him back", async () => {
    connector.sandbox.world.install("acme-coffee");
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-member");
    await openConnect(browser, state);
    expect(arrivedWith(browser)).toEqual({
      error: "not_proven",
      error_description: expect.any(String),
      state,
    });
    expect(await attempt(state)).toMatchObject({ status: "failed", reason: "not_admin" });
  });

  test("not a stranger who guessed the number", async () => {
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-admin");
    await openCallback(browser, { installation_id: globexId(), setup_action: "install", state });
    expect(arrivedWith(browser)).toMatchObject({ error: "not_proven", state });
    expect(await attempt(state)).toMatchObject({ status: "failed", reason: "not_proven" });
    const posted = await register(connector, partner, {
      state,
      installationId: Number(globexId()),
    });
    expect(posted).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  });

  test("not the owner of an enterprise, where the installation is the enterprise's", async () => {
    const id = connector.sandbox.world.enterprise("acme-corp").installation?.id;
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-admin");
    await openCallback(browser, { installation_id: String(id), setup_action: "install", state });
    expect(arrivedWith(browser)).toMatchObject({ error: "not_proven", state });
    const posted = await register(connector, partner, { state, installationId: Number(id) });
    expect(posted).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  });

  test("nobody, while the installation is suspended or gone", async () => {
    connector.sandbox.world.suspend("globex");
    for (const installation_id of [globexId(), "999999"]) {
      const { state } = await getInstallUrl(connector, partner);
      const browser = customerBrowser();
      await signIn(browser, connector, "globex-admin");
      await openCallback(browser, { installation_id, setup_action: "install", state });
      expect(arrivedWith(browser)).toMatchObject({ error: "not_proven" });
    }
  });

  test("an owner who tries again after a failure", async () => {
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-admin");
    await openCallback(browser, { installation_id: globexId(), setup_action: "install", state });
    await signIn(browser, connector, "globex-admin");
    await openCallback(browser, { installation_id: globexId(), setup_action: "install", state });
    await browser.click("Connect globex");
    expect(arrivedWith(browser)).toMatchObject({ installation_id: globexId(), state });
  });
});

describe("O-09: a connection needs the person's own click", () => {
  test("a link forged by a stranger and opened by an admin who authorized before binds nothing", async () => {
    const admin = customerBrowser();
    const first = await getInstallUrl(connector, partner);
    await signIn(admin, connector, "globex-admin");
    await openConnect(admin, first.state);

    const attacker = await connector.addPartner();
    const { state } = await getInstallUrl(connector, attacker);
    await openCallback(admin, { installation_id: globexId(), setup_action: "install", state });
    expect(admin.text).toContain("Gic Growth");
    expect(admin.buttons).toEqual(["Connect globex", "Cancel"]);
    const posted = await register(connector, attacker, {
      state,
      installationId: Number(globexId()),
    });
    expect(posted.status).toBe(422);
    expect(await connector.store.bindings.list()).toEqual([]);
  });

  test("declining goes back to the partner", async () => {
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "globex-admin");
    await openConnect(browser, state);
    await browser.click("Cancel");
    expect(arrivedWith(browser)).toMatchObject({ error: "access_denied", state });
    expect(await attempt(state)).toMatchObject({ status: "failed", reason: "access_denied" });
  });

  test("declining GitHub's question too", async () => {
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "globex-admin");
    await browser.visit(`${connector.url}/github/app/connect?${new URLSearchParams({ state })}`);
    await browser.click("Cancel");
    expect(arrivedWith(browser)).toMatchObject({ error: "access_denied", state });
  });

  test("an operator may switch the click off, for what was installed for this very attempt", async () => {
    await connector.operator.setConsentRequired(partner.organizationId, false);
    const { authUrl, state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-admin");
    await browser.visit(authUrl);
    await browser.click("acme-coffee");
    browser.choose("All repositories");
    await browser.click("Install");
    await authorizeIfAsked(browser);
    expect(arrivedWith(browser)).toMatchObject({ setup_action: "install", state });
  });

  test("but not for what was there before", async () => {
    await connector.operator.setConsentRequired(partner.organizationId, false);
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "globex-admin");
    await openCallback(browser, { installation_id: globexId(), setup_action: "install", state });
    expect(browser.buttons).toContain("Connect globex");
  });

  test("two tabs of one browser do not disturb each other", async () => {
    const other = await connector.addPartner();
    const [first, second] = [
      await getInstallUrl(connector, partner),
      await getInstallUrl(connector, other),
    ];
    const browser = customerBrowser();
    await signIn(browser, connector, "globex-admin");
    await openConnect(browser, first.state);
    const firstPage = { url: browser.url, text: browser.text };
    await openConnect(browser, second.state);
    await browser.click("Connect globex");
    expect(arrivedWith(browser)).toMatchObject({ state: second.state });
    expect(firstPage.text).toContain("Connect globex");
    const tokens = Object.keys(await browser.cookies(`${connector.url}/github/app/consent`));
    expect(tokens.filter((name) => name.includes("layers-consent"))).toHaveLength(1);
  });
});

describe("what a member asks his owners for", () => {
  test("is remembered with the requester, and lives seven days", async () => {
    const { authUrl, state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-member");
    await browser.visit(authUrl);
    await browser.click("acme-coffee");
    await browser.click("Request");
    await authorizeIfAsked(browser);
    expect(arrivedWith(browser)).toMatchObject({ error: "requested", state });
    connector.advance(7 * 24 * 3600 - 60);
    expect(await attempt(state)).toMatchObject({
      status: "requested",
      nextAction: { url: expect.stringContaining("/github/app/connect?state=") },
    });
    connector.advance(120);
    expect(await attempt(state)).toMatchObject({ status: "expired", reason: "expired" });
  });
});

describe("where nobody is stranded", () => {
  test.for([
    ["without a state", {}],
    ["with an unknown state", { state: "x".repeat(32) }],
  ] as const)("a callback %s lands on a page that says what to do", async ([, parameters]) => {
    const browser = customerBrowser();
    await openCallback(browser, {
      installation_id: globexId(),
      setup_action: "install",
      ...parameters,
    });
    expect(browser.status).toBe(200);
    expect(browser.text).toContain("Go back to the product");
  });

  test("a late callback returns to the partner with the reason", async () => {
    const { state } = await getInstallUrl(connector, partner);
    connector.advance(15 * 60);
    const browser = customerBrowser();
    await openCallback(browser, { installation_id: globexId(), state });
    expect(arrivedWith(browser)).toMatchObject({ error: "expired", state });
  });

  test("a callback in time leaves time for the pages after it", async () => {
    const { state } = await getInstallUrl(connector, partner);
    connector.advance(15 * 60 - 5);
    const browser = customerBrowser();
    await signIn(browser, connector, "globex-admin");
    await openCallback(browser, { installation_id: globexId(), state });
    connector.advance(5 * 60);
    await browser.click("Connect globex");
    expect(arrivedWith(browser)).toMatchObject({ installation_id: globexId() });
  });

  test("A100 O-01: a return URL that is no longer allowed is not followed", async () => {
    const { state } = await getInstallUrl(connector, partner);
    await connector.operator.removeDomain(partner.apiKeyId, new URL(returnUrl).host);
    const browser = customerBrowser();
    await signIn(browser, connector, "globex-admin");
    await openCallback(browser, { installation_id: globexId(), setup_action: "install", state });
    expect(browser.status).toBe(403);
    expect(browser.url).toContain(connector.url);
  });

  test("an admin whose installation is connected elsewhere is told so, the partner is not", async () => {
    await bindAcme(connector, partner);
    const other = await connector.addPartner();
    const { state } = await getInstallUrl(connector, other);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-admin");
    await openConnect(browser, state);
    expect(browser.status).toBe(409);
    expect(browser.text).toContain("connected elsewhere");
    await browser.click("Go back");
    expect(arrivedWith(browser)).toMatchObject({ error: "not_proven", state });
  });
});
