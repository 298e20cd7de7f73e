import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, complaints, jwtOf, mint, startSandbox } from "./harness.ts";
import { hookSecret, isSigned, startReceiver } from "./receiver.ts";

const receiver = await startReceiver();
const hook = { url: receiver.url, secret: hookSecret };
const sandbox = await startSandbox({ hook });
const token = await jwtOf(sandbox);
const day = 24 * 60 * 60;

beforeEach(() => {
  sandbox.reset();
  receiver.received.length = 0;
  receiver.answer((_req, res) => res.writeHead(200).end("thanks"));
});
afterAll(async () => {
  await sandbox.close();
  await receiver[Symbol.asyncDispose]();
});

/** Leaves so many deliveries in the log: installations and uninstallations in turn. */
async function deliver(count: number) {
  for (let index = 0; index < count; index += 1)
    if (index % 2 === 0) sandbox.world.install("octocat");
    else sandbox.world.uninstall("octocat");
  await sandbox.deliveriesSent();
}

const idsOf = () => sandbox.deliveries().map(({ id }) => id);

/** Ids are beyond what JSON.parse can read: taken from the text. */
async function list(query = "") {
  const response = await fetch(`${sandbox.apiUrl}/app/hook/deliveries${query}`, {
    headers: { authorization: `Bearer ${token}`, "user-agent": "tests" },
  });
  const text = await response.text();
  const ids = [...text.matchAll(/"id":(\d+),"guid"/g)].map(([, id]) => id);
  return { status: response.status, headers: response.headers, ids, body: JSON.parse(text) };
}

describe("GET /app/hook/deliveries", () => {
  test("lists what was delivered, newest first, as GitHub describes it", async () => {
    await deliver(2);
    const { status, body, ids, headers } = await list();
    expect(complaints("GET /app/hook/deliveries", { status, body })).toEqual([]);
    expect(ids).toEqual(idsOf());
    expect(headers.get("link")).toBeNull();
    expect(body).toMatchObject([
      { event: "installation", action: "deleted", status: "OK", status_code: 200 },
      { event: "installation", action: "created", redelivery: false, throttled_at: null },
    ]);
  });

  test("has ids that a JavaScript number cannot tell apart", async () => {
    await deliver(2);
    const { ids, body } = await list();
    expect(new Set(ids).size).toBe(2);
    expect(body[0].id).toBe(body[1].id);
  });

  test("pages by cursor: what comes in meanwhile moves nothing", async () => {
    await deliver(6);
    const all = idsOf();
    const seen: (string | undefined)[] = [];
    let query: string | undefined = "?per_page=2&status=success";
    while (query !== undefined) {
      const page = await list(query);
      seen.push(...page.ids);
      await deliver(2);
      const next = /<[^?]*(\?[^>]*)>; rel="next"/.exec(page.headers.get("link") ?? "");
      if (next) expect(next[1]).toMatch(/^\?per_page=2&status=success&cursor=v1_\d{19}$/);
      query = next?.[1];
    }
    expect(seen).toEqual(all);
  });

  test("filters by success, which a redirect is, and failure, which a timeout is", async () => {
    const slow = await startSandbox({ hook }, { hookTimeoutMs: 50 });
    const answers = [200, 302, 404, 500];
    receiver.answer((_req, res) => {
      const status = answers.shift();
      if (status !== undefined) res.writeHead(status).end();
    });
    for (const change of ["suspend", "unsuspend", "suspend", "unsuspend", "suspend"] as const) {
      slow.world[change]("globex");
      await slow.deliveriesSent();
    }
    const slowToken = await jwtOf(slow);
    const codes = async (status: string) => {
      const route = `GET /app/hook/deliveries?status=${status}`;
      const { body } = await api(slow, route, { token: slowToken });
      return body.map((row: { status_code: number }) => row.status_code);
    };
    expect([await codes("success"), await codes("failure")]).toEqual([
      [302, 200],
      [504, 500, 404],
    ]);
    await slow.close();
  });

  test.each(["?cursor=v1_x", "?status=pending"])("refuses %s with 422", async (query) => {
    const { status, body } = await list(query);
    expect(status).toBe(422);
    expect(complaints("GET /app/hook/deliveries", { status, body })).toEqual([]);
  });

  test("forgets after three days by the stand-in's own clock", async () => {
    await deliver(1);
    sandbox.clock(3 * day - 60);
    expect(sandbox.deliveries()).toHaveLength(1);
    sandbox.clock(3 * day + 60);
    expect(sandbox.deliveries()).toEqual([]);
  });
});

describe("GET /app/hook/deliveries/{delivery_id}", () => {
  test("shows request and response", async () => {
    await deliver(1);
    const route = `GET /app/hook/deliveries/${idsOf()[0]}`;
    const { status, body } = await api(sandbox, route, { token });
    expect(complaints(route, { status, body })).toEqual([]);
    const [received] = receiver.received;
    expect(body).toMatchObject({
      url: receiver.url,
      request: {
        headers: { "X-GitHub-Delivery": received?.headers["x-github-delivery"] },
        payload: received?.payload,
      },
      response: { payload: "thanks" },
    });
  });

  test("is 404 for an unknown one", async () => {
    for (const id of ["1", "x", "9".repeat(30)])
      expect((await api(sandbox, `GET /app/hook/deliveries/${id}`, { token })).status).toBe(404);
  });
});

describe("POST /app/hook/deliveries/{delivery_id}/attempts", () => {
  test("sends the same payload again, with the same GUID under a new id", async () => {
    receiver.answer((_req, res) => res.writeHead(503).end());
    await deliver(1);
    const [failed] = sandbox.deliveries();
    receiver.answer((_req, res) => res.writeHead(202).end());
    const route = `POST /app/hook/deliveries/${failed?.id}/attempts`;
    const { status, body } = await api(sandbox, route, { token });
    expect(status).toBe(202);
    expect(complaints(route, { status, body })).toEqual([]);
    await sandbox.deliveriesSent();
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["x-github-delivery"]).toBe(first?.headers["x-github-delivery"]);
    expect(sandbox.deliveries()).toMatchObject([
      { guid: failed?.guid, redelivery: true, statusCode: 202 },
      { guid: failed?.guid, redelivery: false, statusCode: 503 },
    ]);
    expect(sandbox.deliveries()[0]?.id).not.toBe(failed?.id);
  });

  test("signs with the secret of today", async () => {
    await deliver(1);
    sandbox.configureApp({ hook: { ...hook, secret: "rotated" } });
    await api(sandbox, `POST /app/hook/deliveries/${idsOf()[0]}/attempts`, { token });
    await sandbox.deliveriesSent();
    sandbox.configureApp({ hook });
    const [first, second] = receiver.received;
    if (!first || !second) throw new Error("There were no two deliveries");
    expect(await isSigned(first)).toBe(true);
    expect(await isSigned(second, "rotated")).toBe(true);
  });

  test("is 404 for one that was forgotten, and 422 without a webhook", async () => {
    await deliver(1);
    const route = `POST /app/hook/deliveries/${idsOf()[0]}/attempts`;
    sandbox.configureApp({ hook: null });
    expect((await api(sandbox, route, { token })).status).toBe(422);
    sandbox.configureApp({ hook });
    sandbox.clock(3 * day + 60);
    const later = await jwtOf(sandbox, laterClaims());
    expect((await api(sandbox, route, { token: later })).status).toBe(404);
  });
});

const laterClaims = () => {
  const now = Math.floor(Date.now() / 1000) + 3 * day + 60;
  return { iat: now - 60, exp: now + 540 };
};

describe("/app/hook/config", () => {
  test("shows the webhook, its secret masked", async () => {
    const { status, body } = await api(sandbox, "GET /app/hook/config", { token });
    expect(complaints("GET /app/hook/config", { status, body })).toEqual([]);
    expect(body).toEqual({
      url: receiver.url,
      secret: "********",
      content_type: "json",
      insecure_ssl: "0",
    });
  });

  test("changes what it is given, until the reset", async () => {
    const url = `${receiver.url}?new`;
    const change = { url, secret: "fresh" };
    const route = "PATCH /app/hook/config";
    const { status, body } = await api(sandbox, route, { token, body: change });
    expect(complaints(route, { status, body })).toEqual([]);
    expect(body).toMatchObject({ url, secret: "********" });
    await deliver(1);
    const [received] = receiver.received;
    expect(received?.path).toBe("/github/webhooks?new");
    expect(received && (await isSigned(received, "fresh"))).toBe(true);
    sandbox.reset();
    expect((await api(sandbox, "GET /app/hook/config", { token })).body.url).toBe(receiver.url);
  });

  test.each([
    { url: "ftp://layers.example/" },
    { url: 1 },
    { secret: 1 },
    { content_type: "xml" },
    { insecure_ssl: "2" },
  ])("refuses %j with 422", async (body) => {
    expect((await api(sandbox, "PATCH /app/hook/config", { token, body })).status).toBe(422);
  });
});

test("The webhook's routes are for the App's own JWT", async () => {
  const installation = await mint(sandbox, 50291001);
  const user = sandbox.world.authorize("octocat").accessToken;
  const routes = [
    "GET /app/hook/config",
    "PATCH /app/hook/config",
    "GET /app/hook/deliveries",
    "GET /app/hook/deliveries/1",
    "POST /app/hook/deliveries/1/attempts",
  ];
  for (const route of routes)
    for (const other of [installation, user, undefined])
      expect((await api(sandbox, route, { token: other })).status).toBe(401);
});

test("Octokit redelivers by the id of the log, read as text", async () => {
  await deliver(1);
  const { octokit } = appOf(sandbox);
  await octokit.request("POST /app/hook/deliveries/{delivery_id}/attempts", {
    // The description says a number; the path takes the digits as they are.
    delivery_id: idsOf()[0] as unknown as number,
  });
  await sandbox.deliveriesSent();
  expect(receiver.received).toHaveLength(2);
});
