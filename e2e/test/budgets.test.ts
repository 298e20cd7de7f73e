import { type Budget, type Tier, tiers } from "@layers/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { type Answer, send } from "../src/http.ts";
import { expectBudgetHeaders, expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";

let connector: Connector;
let standard: Partner;
let now = Date.now() * 1000;
/** Our clock stands still but for this. */
const advance = (seconds: number) => {
  now += seconds * 1_000_000;
};
beforeAll(async () => {
  connector = await startConnector({ clock: () => now });
});
beforeEach(async () => {
  standard = await connector.addPartner({ tier: "standard" });
});
afterAll(() => connector[Symbol.asyncDispose]());

const read = (key: string) => send("GET /v1/whoami", connector.url, { key });
const write = (key: string, headers?: Record<string, string>) =>
  send("POST /v1/github/installation", connector.url, { key, body: {}, headers });

async function spend(call: () => Promise<Answer>, times: number): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, call));
}

/** `r` and `t` of the RateLimit field. */
function leftOf({ headers }: Answer) {
  const [, budget, r, t] =
    /^"([a-z-]+)";r=(\d+);t=(\d+)$/.exec(headers.get("ratelimit") ?? "") ?? [];
  return { budget, remaining: Number(r), nextSeconds: Number(t) };
}

describe("a write budget", () => {
  test("H-13 A037: is refused at its 61st call, and says when to come back", async () => {
    const answers = await spend(() => write(standard.key), 60);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([422]));
    const refused = await write(standard.key);
    const { retryAfter } = expectRefusal(refused, "RATE_LIMITED");
    expect(retryAfter).toBe(1);
    expect(leftOf(refused)).toEqual({ budget: "write", remaining: 0, nextSeconds: 1 });
    expect(refused.headers.get("ratelimit-policy")).toBe('"write";q=60;w=60');
    expect(refused.headers.get("x-ratelimit-endpoint-class")).toBe("write");
  });

  test("H-13 A038: is spent by the GET of an install URL too", async () => {
    const query = new URLSearchParams({ returnUrl }).toString();
    const install = () =>
      send(`GET /v1/github/installation/install-url?${query}`, connector.url, {
        key: standard.key,
      });
    const answers = await spend(install, 60);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await install();
    expectRefusal(refused, "RATE_LIMITED");
    expect(refused.headers.get("x-ratelimit-endpoint-class")).toBe("write");
    expectRefusal(await write(standard.key), "RATE_LIMITED");
  });

  test("leaves the reads alone", async () => {
    await spend(() => write(standard.key), 61);
    const answer = await read(standard.key);
    expect(answer.status).toBe(200);
    expect(leftOf(answer)).toMatchObject({ budget: "read", remaining: 119 });
  });

  test("is one key's own, not its organization's", async () => {
    const { organizationId } = standard;
    const sibling = await connector.addPartner({ organizationId, tier: "standard" });
    await spend(() => write(standard.key), 61);
    expect((await write(sibling.key)).status).toBe(422);
  });

  test("refills evenly with time, and never beyond a minute's worth", async () => {
    await spend(() => write(standard.key), 61);
    advance(1);
    expect((await write(standard.key)).status).toBe(422);
    expectRefusal(await write(standard.key), "RATE_LIMITED");
    advance(30);
    expect(leftOf(await write(standard.key)).remaining).toBe(29);
    advance(86_400);
    expect(leftOf(await write(standard.key)).remaining).toBe(59);
  });

  test("is not made longer by what is refused", async () => {
    await spend(() => write(standard.key), 60);
    await spend(() => write(standard.key), 50);
    advance(1);
    expect((await write(standard.key)).status).toBe(422);
  });

  test("is spent by the same call on whichever transport", async () => {
    const { key } = standard;
    for (const transport of transports)
      await callOver(transport, connector, { name: "github.detachInstallation", key });
    const answer = await callOver("tRPC", connector, { name: "github.detachInstallation", key });
    expect(leftOf(answer).remaining).toBe(56);
  });
});

describe("a read budget", () => {
  test("is refused at its 121st call, while writes go on", async () => {
    const answers = await spend(() => read(standard.key), 120);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await read(standard.key);
    expectRefusal(refused, "RATE_LIMITED");
    expect(leftOf(refused)).toMatchObject({ budget: "read", remaining: 0 });
    expect((await write(standard.key)).status).toBe(422);
  });
});

describe("the headers of a budget", () => {
  const bodyOf = { installationId: 1, state: "a-state-that-nobody-has" };
  const answers: [status: number, ask: (key: string) => Promise<Answer>][] = [
    [200, (key) => send("GET /v1/whoami", connector.url, { key })],
    [404, (key) => send("GET /v1/github/installation", connector.url, { key })],
    [422, (key) => send("POST /v1/github/installation", connector.url, { key, body: bodyOf })],
    [
      403,
      (key) =>
        send(
          "GET /v1/github/installation/install-url?returnUrl=https://evil.example/",
          connector.url,
          {
            key,
          },
        ),
    ],
  ];
  test.each(answers)("are on an answer of %i", async (status, ask) => {
    const answer = await ask(standard.key);
    expect(answer.status).toBe(status);
    expectBudgetHeaders(answer, true);
  });

  test.each(transports)(
    "are on a refusal for its scope over %s, which costs nothing",
    async (by) => {
      const { organizationId } = standard;
      const { key } = await connector.addPartner({ organizationId, tier: "standard", scopes: [] });
      const call = { name: "github.detachInstallation", key };
      for (let refused = 0; refused < 3; refused++) {
        const answer = await callOver(by, connector, call);
        expectRefusal(answer, "FORBIDDEN_SCOPE");
        expectBudgetHeaders(answer, true);
        expect(leftOf(answer)).toEqual({ budget: "write", remaining: 60, nextSeconds: 0 });
      }
    },
  );

  test("are not on a refused credential, nor where nobody is authenticated", async () => {
    expectBudgetHeaders(await send("GET /v1/whoami", connector.url), false);
    expectBudgetHeaders(await send("GET /v1/nowhere", connector.url, { key: standard.key }), false);
    expectBudgetHeaders(await send("GET /livez", connector.url), false);
  });

  const quotas = Object.entries(tiers).flatMap(([tier, quota]) =>
    (["read", "write"] as const).map((budget) => [tier, budget, quota[budget]] as const),
  ) as [Tier, Budget, number][];
  test.each(quotas)("say for %s's %s: %d a minute", async (tier, budget, perMinute) => {
    const { key } = await connector.addPartner({ tier });
    const answer = budget === "read" ? await read(key) : await write(key);
    const q = perMinute === Infinity ? 999_999_999_999_999 : perMinute;
    const left = perMinute === Infinity ? q : q - 1;
    expect(answer.headers.get("ratelimit-policy")).toBe(`"${budget}";q=${q};w=60`);
    expect(leftOf(answer)).toMatchObject({ budget, remaining: left });
    expect(answer.headers.get("x-ratelimit-endpoint-class")).toBe(budget);
  });

  test("printed in the documentation of the tiers", () => {
    expect(tiers).toMatchObject({
      standard: { read: 120, write: 60, "long-running": 20 },
      pilot: { read: 1200, write: 600, "long-running": 60 },
      partner: { read: 6000, write: 3000, "long-running": 300 },
    });
  });
});

describe("a batch over tRPC", () => {
  const batch = (calls: number, key: string) => {
    const names = Array.from({ length: calls }, () => "keys.whoami").join(",");
    const input = Object.fromEntries(Array.from({ length: calls }, (_, index) => [index, {}]));
    const query = new URLSearchParams({ batch: "1", input: JSON.stringify(input) }).toString();
    return send(`GET /trpc/${names}?${query}`, connector.url, { key });
  };

  test("T-02: of ten calls costs ten", async () => {
    const answer = await batch(10, standard.key);
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(10);
    expect(leftOf(answer)).toMatchObject({ budget: "read", remaining: 110 });
  });

  test("T-02: of eleven calls is refused, and costs nothing", async () => {
    const answer = await batch(11, standard.key);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: { data: { code: "BAD_REQUEST", envelope: { code: "BAD_REQUEST" } } },
    });
    expect(leftOf(await read(standard.key)).remaining).toBe(119);
  });

  test("that exceeds the budget is served as far as the budget goes", async () => {
    await spend(() => read(standard.key), 115);
    const { status, body } = await batch(10, standard.key);
    expect(status).toBe(207);
    const results = body as ({ result: unknown } | { error: { data: { httpStatus: number } } })[];
    const refused = results.filter((each) => "error" in each);
    expect(results.filter((each) => "result" in each)).toHaveLength(5);
    expect(refused.map(({ error }) => error.data.httpStatus)).toEqual([429, 429, 429, 429, 429]);
  });
});
