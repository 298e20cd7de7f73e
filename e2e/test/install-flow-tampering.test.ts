import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { expectInvariants } from "../src/invariants.ts";
import {
  arrivedWith,
  customerBrowser,
  getInstallUrl,
  type InstallUrl,
  signIn,
} from "../src/journey.ts";

let connector: Connector;
let partner: Partner;
let install: InstallUrl;
let connectUrl: string;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  install = await getInstallUrl(connector, partner);
  connectUrl = `${connector.url}/github/app/connect?${new URLSearchParams({ state: install.state })}`;
});
afterEach(async () => {
  await expectInvariants(connector);
  await connector[Symbol.asyncDispose]();
});

/** A browser of globex's admin that stands on GitHub's authorize page. */
async function browserAtGitHub() {
  const browser = customerBrowser();
  await signIn(browser, connector, "globex-admin");
  await browser.visit(connectUrl);
  return browser;
}

/** A browser that stands on our consent page, and the address that GitHub sent it to. */
async function browserAtConsent() {
  const browser = await browserAtGitHub();
  await browser.click("Authorize");
  return browser;
}

const countOf = (path: string) =>
  connector.sandbox.requests().filter((request) => request.path === path).length;

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const postConsent = (body: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${connector.url}/github/app/consent`, {
    method: "POST",
    body: new URLSearchParams(body),
    headers,
    redirect: "manual",
  });

const tokenIn = (page: string) => /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";

/** Clicks with the cookie of a browser that stands on our consent page. */
async function createClick() {
  const browser = await browserAtConsent();
  const token = tokenIn(browser.text);
  const jar = await browser.cookies(`${connector.url}/github/app/consent`);
  const cookie = Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  return (installation_id: string) => postConsent({ token, installation_id }, { cookie });
}

describe("the way back from GitHub", () => {
  test("O-12: works once, and a code is exchanged once", async () => {
    const browser = await browserAtConsent();
    const back = browser.url;
    const exchanged = () => [countOf("/login/oauth/access_token"), countOf("/api/v3/user")];
    const before = exchanged();
    expect(before[0]).toBeGreaterThan(0);
    await browser.visit(back);
    expect(browser.status).toBe(400);
    expect(exchanged()).toEqual(before);
  });

  test("works only in the browser that left, and leaves that one unharmed", async () => {
    const browser = await browserAtConsent();
    const stranger = await get(browser.url);
    expect(stranger.status).toBe(400);
    await browser.click("Connect globex");
    expect(arrivedWith(browser)).toMatchObject({ state: install.state });
  });

  test("does not take the cookie of another trip", async () => {
    const first = await browserAtGitHub();
    const [cookie] = Object.entries(await first.cookies(connectUrl)).filter(([name]) =>
      name.startsWith("layers-trip"),
    );
    const second = await get(connectUrl);
    const state = new URL(second.headers.get("location") ?? "").searchParams.get("state") ?? "";
    const [name = ""] = (second.headers.get("set-cookie") ?? "").split("=", 1);
    const query = new URLSearchParams({ state, code: "x" }).toString();
    const swapped = await get(`${connector.url}/github/app/oauth?${query}`, {
      cookie: `${name}=${cookie?.[1]}`,
    });
    expect(swapped.status).toBe(400);
  });

  test("is over after ten minutes", async () => {
    const browser = await browserAtGitHub();
    connector.advance(600);
    await browser.click("Authorize");
    expect(browser.status).toBe(400);
  });

  test("with a code that GitHub does not know proves nothing", async () => {
    const redirect = await get(connectUrl);
    const location = new URL(redirect.headers.get("location") ?? "");
    const query = new URLSearchParams({
      state: location.searchParams.get("state") ?? "",
      code: "forged",
    }).toString();
    const [cookie = ""] = (redirect.headers.get("set-cookie") ?? "").split(";", 1);
    const answer = await get(`${connector.url}/github/app/oauth?${query}`, { cookie });
    expect(answer.status).toBe(400);
  });

  test("O-12: uses PKCE with S256 and a state of its own", async () => {
    const { headers } = await get(connectUrl);
    const { searchParams } = new URL(headers.get("location") ?? "");
    expect(searchParams.get("code_challenge_method")).toBe("S256");
    expect(searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(searchParams.get("state")).toMatch(/^[\w-]{43}$/);
    expect(searchParams.get("state")).not.toBe(install.state);
  });
});

describe("the consent page", () => {
  test("O-09: cannot be framed, runs no script and lets its form go on to the partner alone", async () => {
    const { headers } = await browserAtConsent();
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' https://app.partner.example;");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["referrer-policy"]).toBe("no-referrer");
  });

  test("O-13: sets a cookie for this click alone: strict, unreadable, ten minutes", async () => {
    const browser = await browserAtConsent();
    const cookies = [browser.headers["set-cookie"] ?? []].flat();
    const consent = cookies.find((cookie) => cookie.startsWith("layers-consent"));
    expect(consent).toMatch(/; Max-Age=600; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test("O-09: is of no use without its cookie", async () => {
    const browser = await browserAtConsent();
    const token = tokenIn(browser.text);
    const answer = await postConsent({ token, installation_id: "50291001" });
    expect(answer.status).toBe(403);
    const { organizationId } = partner;
    expect((await connector.store.attempts.list({ organizationId }, 1))[0]?.status).toBe(
      "redirected",
    );
  });

  test("O-10: takes one click, which is answered with 303 and no referrer", async () => {
    const click = await createClick();
    const { status, headers } = await click("50291001");
    expect([status, headers.get("referrer-policy"), headers.get("cache-control")]).toEqual([
      303,
      "no-referrer",
      "no-store",
    ]);
    expect(headers.get("location")).toMatch(/^https:\/\/app\.partner\.example\//);
    expect((await click("50291001")).status).toBe(400);
  });

  test("connects only what it showed", async () => {
    const { id } = connector.sandbox.world.install("acme-coffee");
    const click = await createClick();
    expect((await click(String(id))).status).toBe(400);
    expect(await connector.store.bindings.list()).toEqual([]);
  });

  test("is over after ten minutes", async () => {
    const browser = await browserAtConsent();
    connector.advance(600);
    await browser.click("Connect globex");
    expect(browser.status).toBe(400);
  });

  test.for(["application/json", "text/plain", "multipart/form-data; boundary=x"])(
    "does not read %s",
    async (type) => {
      const answer = await fetch(`${connector.url}/github/app/consent`, {
        method: "POST",
        body: "token=x",
        headers: { "content-type": type },
      });
      expect(answer.status).toBe(403);
    },
  );
});

describe("the flow's pages", () => {
  test.for([
    ["an iframe", { "sec-fetch-dest": "iframe" }],
    ["an image", { "sec-fetch-dest": "image" }],
    ["a look-ahead", { "sec-purpose": "prefetch" }],
  ] as const)("are not for %s", async ([, headers]) => {
    expect((await get(connectUrl, headers)).status).toBe(403);
  });

  test.for([
    "/github/app/callback?state=a&state=b",
    "/github/app/callback?state=abc&installation_id=0x10",
    "/github/app/callback?state=abc&installation_id=9007199254740993",
    "/github/app/callback?state=abc&installation_id=1&installation_id=2",
    "/github/app/callback?state=abc",
    "/github/app/connect",
    "/github/app/oauth?code=x",
  ])("answer %s with a page", async (path) => {
    const { status, headers } = await get(connector.url + path);
    expect(status).toBe(400);
    expect(headers.get("content-type")).toContain("text/html");
  });

  test("take no other method", async () => {
    for (const path of ["callback", "connect", "oauth"]) {
      const answer = await fetch(`${connector.url}/github/app/${path}`, { method: "POST" });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  test("never name the state, a token or a code in the log", async () => {
    const browser = await browserAtConsent();
    const code = new URL(browser.url).searchParams.get("code") ?? "none";
    const token = tokenIn(browser.text);
    await browser.click("Connect globex");
    const log = connector.logLines.join("\n");
    for (const secret of [install.state, code, token]) expect(log).not.toContain(secret);
  });
});
