import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  arrivalOf,
  callbackUrl,
  exchange,
  installUrl,
  jwtOf,
  openBrowser,
  setupUrl,
  startSandbox,
} from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const state = "a state & more=1";
const query = `?${new URLSearchParams({ state }).toString()}`;

async function chooseAccount(login: string, account: string, suffix = query) {
  const browser = await openBrowser(sandbox, login);
  await browser.visit(installUrl(sandbox, suffix));
  await browser.click(account);
  return browser;
}

/** On accounts: that on the fixture enterprise is none of these tests' business. */
const installations = async () => {
  const { body } = await api(sandbox, "GET /app/installations", { token: await jwtOf(sandbox) });
  const all = body as { target_type: string; repository_selection: string }[];
  return all.filter(({ target_type }) => target_type !== "Enterprise");
};

const requests = async () => {
  const token = await jwtOf(sandbox);
  return (await api(sandbox, "GET /app/installation-requests", { token })).body;
};

describe("The install page", () => {
  test("lets a person sign in first and comes back", async () => {
    const browser = await openBrowser(sandbox);
    await browser.visit(installUrl(sandbox, query));
    expect(browser.title).toContain("Sign in");
    expect(browser.buttons).toEqual(["octo-admin", "octo-member", "globex-admin", "octocat"]);
    await browser.click("octo-admin");
    expect(browser.url).toBe(installUrl(sandbox, query.replaceAll("%26", "%26")));
    expect(browser.links).toEqual(expect.arrayContaining(["octo-admin", "acme-coffee"]));
    expect(browser.links).not.toContain("globex");
  });

  test("is at GitHub Enterprise Server's address too, with the picker apart", async () => {
    const browser = await openBrowser(sandbox, "octo-admin");
    const base = `${sandbox.url}/github-apps/layers-connector/installations`;
    for (const path of ["/new", "/select_target", "/select_target?target_id=9919101"]) {
      await browser.visit(`${base}${path}`);
      expect(browser.links).toContain("acme-coffee");
    }
    for (const parameter of ["target_id", "suggested_target_id"]) {
      await browser.visit(`${base}/new/permissions?${parameter}=9919101&state=x`);
      expect(browser.buttons).toContain("Install");
    }
  });

  test("is not found for another App, nor for an account of somebody else", async () => {
    const browser = await openBrowser(sandbox, "octocat");
    for (const path of [
      "/apps/other/installations/new",
      "/apps/layers-connector/installations/new/permissions?target_id=9919101",
    ]) {
      await browser.visit(`${sandbox.url}${path}`);
      expect(browser.status).toBe(404);
    }
  });

  test("offers the repositories that the link suggests", async () => {
    const browser = await openBrowser(sandbox, "octo-admin");
    const ids = "repository_ids[]=701000001&repository_ids[]=701000002";
    await browser.visit(
      `${sandbox.url}/apps/layers-connector/installations/new/permissions?suggested_target_id=9919101&${ids}`,
    );
    await browser.click("Install");
    expect(sandbox.world.installation("acme-coffee")?.repositorySelection).toBe("selected");
  });
});

describe("Installing", () => {
  test("all repositories returns to the setup URL, with the state and without a code", async () => {
    const browser = await chooseAccount("octo-admin", "acme-coffee");
    browser.choose("All repositories");
    await browser.click("Install");
    expect(arrivalOf(browser)).toEqual({
      address: setupUrl,
      params: { installation_id: "50291845", setup_action: "install", state },
    });
    expect(await installations()).toMatchObject([
      { id: 50291001 },
      { id: 50291845, account: { login: "acme-coffee" }, repository_selection: "all" },
    ]);
  });

  test("without a state returns without one, and ids go on increasing", async () => {
    const first = await chooseAccount("octo-admin", "acme-coffee", "");
    await first.click("Install");
    const second = await chooseAccount("octocat", "octocat", "");
    await second.click("Install");
    expect(arrivalOf(second).params).toEqual({
      installation_id: "50291846",
      setup_action: "install",
    });
  });

  test("ignores redirect_uri on the link", async () => {
    const browser = await chooseAccount(
      "octocat",
      "octocat",
      "?redirect_uri=https://evil.example/",
    );
    await browser.click("Install");
    expect(arrivalOf(browser).address).toBe(setupUrl);
  });

  test("selected repositories reaches those alone", async () => {
    const browser = await chooseAccount("octo-admin", "acme-coffee");
    browser.choose("Only select repositories");
    browser.choose("espresso-worker");
    browser.choose("gift-cards-sdk");
    await browser.click("Install");
    expect((await installations()).at(1)?.repository_selection).toBe("selected");
    const token = await jwtOf(sandbox);
    const route = "GET /repos/acme-coffee/gift-cards-sdk/installation";
    expect((await api(sandbox, route, { token })).status).toBe(200);
    const other = "GET /repos/acme-coffee/espresso-api/installation";
    expect((await api(sandbox, other, { token })).status).toBe(404);
  });

  test("needs a selected repository, and one of the account", async () => {
    const browser = await chooseAccount("octo-admin", "acme-coffee");
    browser.choose("Only select repositories");
    await browser.click("Install");
    expect(browser.status).toBe(422);
    expect(browser.text).toContain("Select at least one repository.");
    await browser.click("Install", {
      repository_selection: "selected",
      "repository_ids[]": "702000001",
    });
    expect(browser.status).toBe(422);
    expect(await installations()).toHaveLength(1);
    browser.choose("All repositories");
    await browser.click("Install");
    expect(arrivalOf(browser).params["state"]).toBe(state);
  });

  test("goes to the configure page when the App is there already", async () => {
    const browser = await chooseAccount("globex-admin", "globex");
    expect(new URL(browser.url).pathname).toBe(
      "/organizations/globex/settings/installations/50291001",
    );
    expect(new URL(browser.url).searchParams.get("state")).toBe(state);
    expect(browser.buttons).toEqual(expect.arrayContaining(["Save", "Uninstall"]));
  });

  test("tells a member that the App is there already", async () => {
    sandbox.world.install("acme-coffee");
    const browser = await chooseAccount("octo-member", "acme-coffee");
    expect(browser.text).toContain("already installed");
    expect(browser.buttons).toEqual(["Sign out"]);
  });

  test("stays with GitHub when the App has no setup URL", async () => {
    sandbox.configureApp({ setupUrl: null });
    const browser = await chooseAccount("octocat", "octocat");
    await browser.click("Install");
    expect(new URL(browser.url).pathname).toBe("/settings/installations/50291845");
    sandbox.configureApp({ setupUrl });
  });
});

describe("With OAuth during installation", () => {
  beforeEach(() => sandbox.configureApp({ oauthDuringInstall: true }));
  afterAll(() => sandbox.configureApp({ oauthDuringInstall: false }));

  test("installing returns to the first callback URL with a code beside the rest", async () => {
    const browser = await chooseAccount("octo-admin", "acme-coffee");
    await browser.click("Install");
    await browser.click("Authorize");
    const { address, params } = arrivalOf(browser);
    expect(address).toBe(callbackUrl);
    expect(params).toEqual({
      code: expect.any(String),
      installation_id: "50291845",
      setup_action: "install",
      state,
    });
    const { body } = await exchange(sandbox, { code: params["code"] });
    const user = await api(sandbox, "GET /user", { token: body.access_token });
    expect(user.body.login).toBe("octo-admin");
  });

  test("the installation's id comes with that authorization alone", async () => {
    const browser = await chooseAccount("octo-admin", "acme-coffee");
    await browser.click("Install");
    const setup = new URL(browser.url).searchParams.get("setup");
    await browser.click("Authorize");
    const link = `${sandbox.url}/login/oauth/authorize?client_id=${sandbox.app.clientId}&setup=${setup}`;
    await browser.visit(link);
    expect(arrivalOf(browser).params).not.toHaveProperty("installation_id");
  });

  test("a request returns to the callback URL without an installation", async () => {
    const browser = await chooseAccount("octo-member", "acme-coffee");
    await browser.click("Request");
    await browser.click("Authorize");
    const { params } = arrivalOf(browser);
    expect(params).toEqual({ code: expect.any(String), setup_action: "request", state });
  });
});

describe("A request by a member", () => {
  async function ask() {
    const browser = await chooseAccount("octo-member", "acme-coffee");
    expect(browser.buttons).not.toContain("Install");
    await browser.click("Request");
    return browser;
  }

  test("returns with setup_action=request and the state, and without an installation", async () => {
    const browser = await ask();
    expect(arrivalOf(browser)).toEqual({
      address: setupUrl,
      params: { setup_action: "request", state },
    });
    expect(await requests()).toMatchObject([
      { account: { login: "acme-coffee" }, requester: { login: "octo-member" } },
    ]);
    expect(await installations()).toHaveLength(1);
  });

  test("made twice is one request", async () => {
    await ask();
    await ask();
    expect(await requests()).toHaveLength(1);
  });

  test("is approved by an owner, whose browser returns without a state", async () => {
    await ask();
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/organizations/acme-coffee/settings/installations`);
    expect(owner.text).toContain("octo-member asks for Layers Connector");
    await owner.click("Approve");
    expect(arrivalOf(owner)).toEqual({
      address: setupUrl,
      params: { installation_id: "50291845", setup_action: "install" },
    });
    expect(await requests()).toEqual([]);
    const dump = await fetch(`${sandbox.url}/_sandbox/state`).then((response) => response.text());
    expect(JSON.parse(dump).installations[1]).toMatchObject({
      account: "acme-coffee",
      requester: "octo-member",
    });
  });

  test("is denied by an owner", async () => {
    await ask();
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/organizations/acme-coffee/settings/installations`);
    await owner.click("Deny");
    expect(await requests()).toEqual([]);
    expect(await installations()).toHaveLength(1);
  });

  test("is settled when an owner installs the App himself", async () => {
    await ask();
    const owner = await chooseAccount("octo-admin", "acme-coffee", "?state=own");
    await owner.click("Install");
    expect(arrivalOf(owner).params["state"]).toBe("own");
    expect(await requests()).toEqual([]);
  });

  test("cannot be seen or approved by the member himself", async () => {
    const browser = await ask();
    await browser.visit(`${sandbox.url}/organizations/acme-coffee/settings/installations`);
    expect(browser.status).toBe(404);
  });
});
