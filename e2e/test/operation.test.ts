import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import {
  arrivedWith,
  authorizeIfAsked,
  customerBrowser,
  getInstallUrl,
  register,
  signIn,
} from "../src/journey.ts";
import { expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
});
afterEach(() => connector[Symbol.asyncDispose]());

const security = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "cross-origin-resource-policy": "same-origin",
};

describe("H-11: the headers of security", () => {
  const targets = [
    "GET /v1/whoami",
    "GET /v1/github/installation",
    "POST /v1/github/installation",
    "PUT /v1/github/installation",
    "GET /v1/nowhere",
    "GET /v1%2fwhoami",
    `GET /v1/whoami?${"x".repeat(8200)}`,
    "GET /trpc/keys.whoami",
    "GET /trpc/nothing",
    "OPTIONS /trpc/keys.whoami",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/swagger-ui.css",
    "GET /livez",
    "GET /readyz",
    "GET /github/app/callback",
    "GET /github/app/connect?state=unknown",
    "GET /github/app/oauth?state=unknown&code=x",
    "POST /github/app/consent",
  ];

  test.each(targets)("are on the answer to %s", async (target) => {
    const [method = "", path = ""] = target.split(" ");
    for (const key of [partner.key, undefined]) {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const answer = await fetch(connector.url + path, { method, headers });
      expect(Object.fromEntries(answer.headers)).toMatchObject(security);
      const policy = answer.headers.get("content-security-policy");
      expect(policy).toMatch(/^default-src '(none|self)';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
      for (const name of ["x-powered-by", "server", "etag", "access-control-allow-origin"])
        expect(answer.headers.get(name)).toBeNull();
    }
  });
});

describe("R-37: the probes", () => {
  test("say ok while all is well", async () => {
    for (const path of ["/livez", "/readyz"]) {
      const answer = await send(`GET ${path}`, connector.url);
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 200,
        body: { status: "ok" },
      });
    }
  });

  test("R-36: say that we are going away, while what comes is still served", async () => {
    let draining = false;
    await using own = await startConnector({ isDraining: () => draining });
    const { key } = await own.addPartner();
    expect((await send("GET /readyz", own.url)).status).toBe(200);
    draining = true;
    expectRefusal(await send("GET /readyz", own.url), "UNAVAILABLE");
    expect((await send("GET /livez", own.url)).status).toBe(200);
    expect((await send("GET /v1/whoami", own.url, { key })).status).toBe(200);
  });
});

interface Line {
  readonly message: string;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}
const linesOf = (own: Connector) => own.logLines.map((line) => JSON.parse(line) as Line);

describe("K-15: the log", () => {
  test("has a line for every request, findable by the id that the caller got", async () => {
    const { key } = partner;
    const targets = [
      "GET /v1/whoami",
      "GET /v1/nowhere",
      "GET /v1/github/installation",
      "GET /livez",
    ];
    for (const target of targets) {
      const answer = await send(`${target}?secret=canary`, connector.url, { key });
      const requestId = answer.headers.get("x-request-id");
      const find = () => linesOf(connector).filter((line) => line.requestId === requestId);
      await expect.poll(find).toHaveLength(1);
      const [method, path] = target.split(" ");
      expect(find()[0]).toMatchObject({ method, path, status: answer.status, message: "request" });
    }
    expect(connector.logLines.join()).not.toContain("canary");
  });

  test("holds no key, state, code, token or cookie, of a whole journey and of what fails", async () => {
    const secrets = new Set([partner.key, "lp_test_0123456789ABCD_guess"]);
    const collect = async (url: string) => {
      for (const value of new URL(url).searchParams.values())
        if (value.length >= 16 && !value.startsWith("http")) secrets.add(value);
    };
    const { state, authUrl } = await getInstallUrl(connector, partner);
    secrets.add(state);
    const browser = customerBrowser();
    await signIn(browser, connector, "octo-admin");
    await browser.visit(authUrl);
    await browser.click("acme-coffee");
    browser.choose("All repositories");
    await browser.click("Install");
    await collect(browser.url);
    await authorizeIfAsked(browser);
    await collect(browser.url);
    const cookies = await browser.cookies(connector.url);
    for (const value of Object.values(cookies)) if (value) secrets.add(value);
    await browser.click("Connect acme-coffee");
    const installationId = Number(arrivedWith(browser)["installation_id"]);
    await register(connector, partner, { state, installationId });

    const { key } = partner;
    for (const transport of transports) {
      const input = { permissions: { contents: "read" } };
      const call = { name: "github.createToken", key, input };
      const minted = await callOver(transport, connector, call);
      const { token } = minted.body as { token: string };
      secrets.add(token);
      const revoke = { name: "github.revokeToken", key, input: { token } };
      await callOver(transport, connector, revoke);
      await callOver(transport, connector, {
        name: "keys.whoami",
        key: "lp_test_0123456789ABCD_guess",
      });
    }
    connector.sandbox.fault({ kind: "status", status: 500 });
    await callOver("REST", connector, { name: "github.createToken", key });
    await send(`GET /v1/github/installation/attempt?state=${state}&${key}=x`, connector.url, {
      key,
    });

    expect(secrets.size).toBeGreaterThan(7);
    const log = connector.logLines.join("\n");
    expect(log).toContain("call failed");
    for (const secret of secrets) expect(log).not.toContain(secret);
  });
});

test("an address is believed from a trusted proxy, and the host from nobody", async () => {
  const { key } = partner;
  const headers = {
    "x-forwarded-for": "192.0.2.77",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.example",
  };
  const query = new URLSearchParams({ returnUrl }).toString();
  const target = `GET /v1/github/installation/install-url?${query}`;
  const answer = await send(target, connector.url, { key, headers });
  expect(answer.text).not.toContain("evil");
  const { state } = answer.body as { state: string };
  const seen = await send(`GET /v1/github/installation/attempt?state=${state}`, connector.url, {
    key,
    headers,
  });
  expect(seen.body).toMatchObject({ nextAction: { url: expect.stringContaining(connector.url) } });
  await expect.poll(() => connector.logLines.join()).toContain('"remoteAddress":"192.0.2.77"');
});
