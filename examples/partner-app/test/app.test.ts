import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Layers } from "@layers/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../src/app.ts";

interface Call {
  readonly target: string;
  readonly body: unknown;
}

const calls: Call[] = [];
let answers: Record<string, { status: number; body: object }> = {};

/** The service, as far as the partner calls it. */
const layers = new Layers({
  apiKey: "lp_test_key",
  baseUrl: "https://layers.test",
  retries: 0,
  fetch: async (url, { method = "GET", body }) => {
    const { pathname, search } = new URL(url);
    calls.push({
      target: `${method} ${pathname}${search}`,
      body: typeof body === "string" ? JSON.parse(body) : undefined,
    });
    const answer = answers[`${method} ${pathname}`];
    return Response.json(answer?.body, { status: answer?.status ?? 500 });
  },
});

const path = "/v1/github/installation";
const unbound = { status: 404, body: { error: "There is nothing here.", code: "NOT_FOUND" } };
const bound = {
  installationId: 7,
  githubAccount: { login: "acme <coffee>", type: "Organization" },
  orgLogin: "acme <coffee>",
  status: "active",
};

const server = createServer((req, res) => app(req, res));
let app: ReturnType<typeof createApp>;
let origin: string;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  app = createApp(layers, port);
});
afterAll(() => server.close());
beforeEach(() => {
  calls.length = 0;
  answers = {
    [`GET ${path}`]: unbound,
    [`GET ${path}/install-url`]: {
      status: 200,
      body: { authUrl: "https://github.com/apps/x/installations/new" },
    },
  };
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly page: string;
}

/** What a browser does, which `fetch` may not: it sends `Host`, `Cookie` and `Sec-Fetch-Site`. */
async function visit(target: string, headers: Record<string, string> = {}): Promise<Answer> {
  const [method, route] = target.split(" ");
  const sent = request(origin + route, { method, headers, agent: false });
  const [response] = await once(sent.end(), "response");
  return { status: response.statusCode, headers: response.headers, page: await text(response) };
}

const ours = { "sec-fetch-site": "same-origin" };

/** Starts a connection; returns the visitor's cookie and state. */
async function begin() {
  const { headers } = await visit("POST /connect", ours);
  const query = new URLSearchParams(calls.at(-1)?.target.split("?")[1]);
  return {
    cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "",
    state: query.get("state") ?? "",
  };
}

describe("connecting", () => {
  test("leads to GitHub, with a state of its own and a way back to the same address", async () => {
    const { status, headers } = await visit("POST /connect", ours);
    expect(status).toBe(303);
    expect(headers.location).toBe("https://github.com/apps/x/installations/new");
    const query = new URLSearchParams(calls[0]?.target.split("?")[1]);
    expect(query.get("returnUrl")).toBe(`${origin}/layers/callback`);
    expect(query.get("state")).toMatch(/^[\w-]{32}$/);
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(/^sample_partner_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  test("leads to the page for what is installed already", async () => {
    const url = "https://layers.test/github/app/connect?state=s";
    answers[`GET ${path}/attempt`] = { status: 200, body: { nextAction: { text: "Go", url } } };
    answers[`GET ${path}/install-url`] = { status: 200, body: { state: "s".repeat(32) } };
    const { headers } = await visit("GET /connect-installed", ours);
    expect(headers.location).toBe(url);
  });

  test.each([
    ["POST /connect", { "sec-fetch-site": "same-site" }],
    ["POST /connect", { "sec-fetch-site": "cross-site" }],
    ["POST /connect", {}],
    ["POST /connect", { origin: "http://127.0.0.1:4010" }],
    ["POST /disconnect", { "sec-fetch-site": "cross-site" }],
    ["GET /connect-installed", { "sec-fetch-site": "cross-site" }],
  ])("%s of another site is refused: %j", async (target, headers) => {
    expect(await visit(target, headers)).toMatchObject({ status: 403 });
    expect(calls).toEqual([]);
  });
});

describe("coming back", () => {
  test("registers the installation", async () => {
    const { cookie, state } = await begin();
    answers[`POST ${path}`] = { status: 201, body: bound };
    const back = await visit(`GET /layers/callback?installation_id=7&state=${state}`, { cookie });
    expect(back).toMatchObject({ status: 303, headers: { location: "/" } });
    expect(calls.at(-1)).toEqual({ target: `POST ${path}`, body: { installationId: 7, state } });
  });

  test("shows why it was refused", async () => {
    const { cookie, state } = await begin();
    const query = `error=not_proven&error_description=Not%20%3Cproven%3E.&state=${state}`;
    const { status, page } = await visit(`GET /layers/callback?${query}`, { cookie });
    expect(status).toBe(400);
    expect(page).toContain("Not &#60;proven&#62;.");
    expect(page).toContain("not_proven");
  });

  test("shows the service's sentence and code", async () => {
    const { cookie, state } = await begin();
    const body = { error: "Another installation is bound.", code: "CONFLICT" };
    answers[`POST ${path}`] = { status: 409, body };
    const { status, page } = await visit(`GET /layers/callback?installation_id=7&state=${state}`, {
      cookie,
    });
    expect(status).toBe(409);
    expect(page).toContain("Another installation is bound.");
    expect(page).toContain("CONFLICT");
  });

  test.each(["without a state", "in another session"])("is refused %s", async (how) => {
    const { cookie, state } = await begin();
    calls.length = 0;
    const target = `GET /layers/callback?installation_id=7${how === "without a state" ? "" : `&state=${state}`}`;
    const headers = how === "without a state" ? { cookie } : {};
    expect(await visit(target, headers)).toMatchObject({ status: 400 });
    expect(calls).toEqual([]);
  });
});

describe("when connected", () => {
  const items = [{ fullName: "acme/<b>", htmlUrl: "https://github.com/acme/b", private: true }];

  test("shows the account, a page of repositories and the way to the next", async () => {
    answers[`GET ${path}`] = { status: 200, body: bound };
    answers["GET /v1/github/repos"] = { status: 200, body: { items, nextCursor: "a&b" } };
    const { status, page, headers } = await visit("GET /?cursor=here");
    expect(status).toBe(200);
    expect(calls.at(-1)?.target).toBe("GET /v1/github/repos?cursor=here");
    for (const shown of ["acme &#60;coffee&#62;", "acme/&#60;b&#62;", "private", "/?cursor=a%26b"])
      expect(page).toContain(shown);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });

  test("shows no repositories of what is suspended", async () => {
    answers[`GET ${path}`] = { status: 200, body: { ...bound, status: "suspended" } };
    const { page } = await visit("GET /");
    expect(page).toContain("suspended");
    expect(page).not.toContain("Repositories");
  });

  test("disconnects", async () => {
    answers[`DELETE ${path}`] = { status: 200, body: { status: "detached" } };
    expect(await visit("POST /disconnect", ours)).toMatchObject({ status: 303 });
    expect(calls.map(({ target }) => target)).toEqual([`DELETE ${path}`]);
  });
});

test("no other host name leads here", async () => {
  expect(await visit("GET /", { host: "partner.example" })).toMatchObject({ status: 421 });
  expect(await visit("GET /nowhere")).toMatchObject({ status: 404 });
});
