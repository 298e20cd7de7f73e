import { request } from "node:http";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  arrivalOf,
  clientSecret,
  exchange,
  installUrl,
  jwtOf,
  mint,
  openBrowser,
  startSandbox,
} from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

async function admin(route: string, body?: unknown, headers: Record<string, string> = {}) {
  const [method = "", path = ""] = route.split(" ");
  const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: parsed, headers: response.headers, text };
}

describe("POST /_sandbox/login", () => {
  test("signs a browser in", async () => {
    const { status, headers } = await admin("POST /login", { login: "octocat" });
    expect(status).toBe(200);
    const cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await fetch(`${sandbox.url}/`, { headers: { cookie } });
    expect(await page.text()).toContain("Signed in as octocat");
  });

  test.each(["nobody", "acme-coffee"])("is 404 for %s", async (login) => {
    expect((await admin("POST /login", { login })).status).toBe(404);
  });
});

describe("POST /_sandbox/clock", () => {
  test("moves the stand-in alone", async () => {
    const { body } = await admin("POST /clock", { offsetSeconds: 86_400 });
    expect(Date.parse(body.now) - Date.now()).toBeGreaterThan(86_390_000);
    expect((await api(sandbox, "GET /app", { token: await jwtOf(sandbox) })).status).toBe(401);
  });
});

describe("POST /_sandbox/app", () => {
  test("changes settings until the reset", async () => {
    await admin("POST /app", { tokenFormat: "stateless", setupUrl: "https://app.example/other" });
    expect(await mint(sandbox, 50291001)).toContain(".");
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(installUrl(sandbox));
    await browser.click("octocat");
    await browser.click("Install");
    expect(arrivalOf(browser).address).toBe("https://app.example/other");
    await admin("POST /reset");
    expect(await mint(sandbox, 50291001)).toHaveLength(40);
  });

  test.each([
    { tokenFormat: "short" },
    { callbackUrls: "https://app.example/" },
    { callbackUrls: ["not a url"] },
    { setupUrl: "javascript:alert(1)" },
    { unknown: true },
  ])("refuses %j", async (change) => {
    const { status, body } = await admin("POST /app", change);
    expect(status).toBe(400);
    expect(body.message).toContain(Object.keys(change)[0]);
  });
});

describe("POST /_sandbox/reset", () => {
  test("goes back to the fixtures", async () => {
    sandbox.world.install("acme-coffee");
    sandbox.world.uninstall("globex");
    const { accessToken } = sandbox.world.authorize("octocat");
    sandbox.fault({ kind: "status", status: 500 });
    sandbox.clock(1000);
    expect((await admin("POST /reset")).status).toBe(204);
    expect(sandbox.requests()).toEqual([]);
    expect((await api(sandbox, "GET /user", { token: accessToken })).status).toBe(401);
    const { body } = await api(sandbox, "GET /app/installations", { token: await jwtOf(sandbox) });
    expect(body).toMatchObject([{ id: 50291001 }, { id: 50291002 }]);
    expect(sandbox.world.install("acme-coffee").id).toBe(50291845);
  });
});

describe("GET /_sandbox/requests", () => {
  test("tells every API call with its credential's kind and its status, and no secrets", async () => {
    const token = await mint(sandbox, 50291001);
    await api(sandbox, "GET /installation/repositories?per_page=1", { token });
    await api(sandbox, "GET /user", { token: sandbox.world.authorize("octocat").accessToken });
    await api(sandbox, "GET /user", { token: "ghp_wrong" });
    await api(sandbox, "GET /user", { token: "github_pat_wrong" });
    await api(sandbox, "GET /user", { headers: { authorization: "Basic b2N0b2NhdDpw" } });
    await api(sandbox, "GET /nothing");
    await exchange(sandbox, { code: "wrong" });
    await fetch(`${sandbox.url}/login`);
    const { body, text } = await admin("GET /requests");
    const seen = (
      body as { method: string; path: string; credential: string; status: number }[]
    ).map(({ method, path, credential, status }) => `${method} ${path} ${credential} ${status}`);
    expect(seen).toEqual([
      "POST /api/v3/app/installations/50291001/access_tokens jwt 201",
      "GET /api/v3/installation/repositories ghs 200",
      "GET /api/v3/user ghu 200",
      "GET /api/v3/user ghp 401",
      "GET /api/v3/user github_pat 401",
      "GET /api/v3/user basic 401",
      "GET /api/v3/nothing none 404",
      "POST /login/oauth/access_token none 200",
    ]);
    expect(body[0].time).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(text).not.toContain(token);
    expect(sandbox.requests()).toEqual(body);
    expect((await admin("DELETE /requests")).status).toBe(204);
    expect((await admin("GET /requests")).body).toEqual([]);
  });
});

describe("GET /_sandbox/state", () => {
  test("shows the world without secrets", async () => {
    const token = await mint(sandbox, 50291001);
    const { accessToken, refreshToken } = sandbox.world.authorize("octocat");
    const { body, text } = await admin("GET /state");
    expect(body).toMatchObject({
      app: { id: sandbox.app.id, slug: "layers-connector" },
      accounts: expect.arrayContaining([
        { id: 9919101, login: "acme-coffee", type: "Organization", repositories: 240 },
      ]),
      memberships: expect.arrayContaining([
        { organization: "acme-coffee", user: "octo-member", role: "member", state: "active" },
      ]),
      installations: [{ id: 50291001, account: "globex", repositories: 5 }],
      authorizations: ["octocat"],
      live_tokens: { installation: 1, user: 1 },
    });
    for (const secret of [token, accessToken, refreshToken, clientSecret, "PRIVATE KEY"])
      expect(text).not.toContain(secret);
  });
});

describe("The admin surface", () => {
  test("refuses pages of other sites", async () => {
    const headers = { origin: "https://evil.example" };
    expect((await admin("POST /reset", {}, headers)).status).toBe(403);
    expect((await admin("GET /state", undefined, headers)).status).toBe(403);
    expect((await admin("POST /reset", {}, { origin: "null" })).status).toBe(403);
    expect((await admin("POST /reset", {}, { origin: sandbox.url })).status).toBe(204);
  });

  test.each([
    ["POST /login", {}],
    ["POST /login", { login: 1 }],
    ["POST /clock", { offsetSeconds: "1" }],
    ["POST /clock", []],
    ["POST /faults", { kind: "none" }],
    ["POST /faults", { kind: "status" }],
    ["POST /faults", { kind: "hang", times: 0 }],
    ["POST /faults", { kind: "hang", match: { verb: "GET" } }],
    ["POST /faults", "all"],
  ])("answers %s with %j by 400", async (route, body) => {
    const response = await admin(route, body);
    expect(response.status).toBe(400);
    expect(response.body.message).not.toBe("");
  });

  test("answers malformed JSON by 400, and what there is not by 404", async () => {
    const response = await fetch(`${sandbox.url}/_sandbox/clock`, { method: "POST", body: "{" });
    expect(response.status).toBe(400);
    expect((await admin("GET /nothing")).status).toBe(404);
  });

  test("is closed to other names of this machine", async () => {
    const status = await new Promise((resolve) => {
      const headers = { host: "evil.example" };
      request(`${sandbox.url}/_sandbox/state`, { headers }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });
});
