import type { GitHubSandbox } from "@layers/github-sandbox";
import type { Browser } from "@layers/github-sandbox/browser";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import {
  arrivedWith,
  customerBrowser,
  getInstallUrl,
  type InstallUrl,
  register,
  signIn,
} from "../src/journey.ts";
import { endFaults } from "../src/upstream.ts";

type Fault = Exclude<Parameters<GitHubSandbox["fault"]>[0], unknown[]>;

let connector: Connector;
let partner: Partner;
let install: InstallUrl;
let browser: Browser;

/** Up to the click after which we ask GitHub who the person is. */
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  install = await getInstallUrl(connector, partner);
  browser = customerBrowser();
  await signIn(browser, connector, "octo-admin");
  await browser.visit(install.authUrl);
  await browser.click("acme-coffee");
  browser.choose("All repositories");
  await browser.click("Install");
});
afterEach(() => connector[Symbol.asyncDispose]());

const exchange = { path: "/login/oauth/access_token" };
const page = { kind: "html" } as const;
const limited = { kind: "status", status: 429, headers: { "retry-after": "1" } } as const;

const outages: [what: string, fault: Fault, status: number][] = [
  ["the exchange cut off", { kind: "reset", match: exchange }, 502],
  ["the exchange answered with 500", { kind: "status", status: 500, match: exchange }, 502],
  ["the exchange answered with a page", { ...page, status: 200, match: exchange }, 502],
  ["the exchange limited", { ...limited, match: exchange }, 503],
  ["the person not readable", { kind: "reset", match: { path: "/user" } }, 502],
  ["the person's reading limited", { ...limited, match: { path: "/user" } }, 503],
  ["the installation not readable", { ...page, match: { path: "/app/installations/*" } }, 502],
  ["the membership not readable", { ...page, match: { path: "/user/memberships/*" } }, 502],
];

describe.each(outages)("with %s", (_what, fault, status) => {
  test("the customer is told, may try again, and loses nothing", async () => {
    connector.sandbox.fault(fault);
    await browser.click("Authorize");
    expect(browser.status).toBe(status);
    expect(browser.text).toContain("Nothing was connected.");
    expect(browser.text).not.toMatch(/\bat .+:\d+:\d+|Whoa there/);
    expect(Number(browser.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(browser.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(browser.links).toEqual(["Try again"]);

    endFaults(connector);
    const again = async () => {
      if (browser.links.includes("Try again")) await browser.click("Try again");
      return browser.buttons;
    };
    await expect.poll(again, { timeout: 5000 }).toContain("Connect acme-coffee");
    await browser.click("Connect acme-coffee");
    const { state, installation_id } = arrivedWith(browser);
    expect(state).toBe(install.state);
    const claim = { state: install.state, installationId: Number(installation_id) };
    expect(await register(connector, partner, claim)).toMatchObject({
      status: 201,
      body: { orgLogin: "acme-coffee" },
    });
  });
});

test("an outage after the proof does not concern the click that connects", async () => {
  await browser.click("Authorize");
  connector.sandbox.fault({ kind: "reset" });
  await browser.click("Connect acme-coffee");
  expect(arrivedWith(browser)).toMatchObject({ state: install.state, setup_action: "install" });
});

test("an outage before the proof does not concern the callback", async () => {
  const { state } = await getInstallUrl(connector, partner);
  connector.sandbox.fault({ kind: "reset", match: { path: "/api/v3/*" } });
  const query = new URLSearchParams({ state, installation_id: "1", setup_action: "install" });
  const response = await fetch(`${connector.url}/github/app/callback?${query.toString()}`, {
    redirect: "manual",
  });
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toContain("/login/oauth/authorize?");
});
