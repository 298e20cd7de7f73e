import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultInput } from "../src/index.ts";
import { api, appOf, basicOf, complaints, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;
const list = "GET /installation/repositories";

describe("The rate limit", () => {
  const remaining = async (token?: string) => {
    const { headers } = await api(sandbox, "GET /versions", { token });
    return Number(headers.get("x-ratelimit-remaining"));
  };
  const limitOf = async (token: string, of = sandbox) => {
    const { headers } = await api(of, "GET /versions", { token });
    return headers.get("x-ratelimit-limit");
  };

  test("is counted for each installation, person and address", async () => {
    const token = await mint(sandbox, globex);
    const sameInstallation = await mint(sandbox, globex);
    expect(await remaining(token)).toBe(4_999);
    expect(await remaining(sameInstallation)).toBe(4_998);
    expect(await remaining(sandbox.world.authorize("octocat").accessToken)).toBe(4_999);
    expect(await remaining()).toBe(59);
  });

  test("is one for a person's tokens, his own and the App's", async () => {
    const own = sandbox.world.createPersonalToken("octocat", { kind: "classic", scopes: [] });
    expect(await remaining(sandbox.world.authorize("octocat").accessToken)).toBe(4_999);
    expect(await remaining(own)).toBe(4_998);
  });

  test("grows with an installation's repositories, up to 12,500", async () => {
    const token = await mint(sandbox, sandbox.world.install("acme-coffee").id);
    expect(await limitOf(token)).toBe("12500");
  });

  test("is 15,000 on Enterprise Cloud", async () => {
    await using ghec = await startSandbox({}, { edition: "ghec" });
    expect(await limitOf(await mint(ghec, globex), ghec)).toBe("15000");
    expect(await limitOf(ghec.world.authorize("octocat").accessToken, ghec)).toBe("15000");
  });

  test("is told for nothing, and starts again after an hour", async () => {
    const token = sandbox.world.authorize("octocat").accessToken;
    await remaining(token);
    const { body } = await api(sandbox, "GET /rate_limit", { token });
    expect(body.resources.core).toMatchObject({ limit: 5_000, used: 1, remaining: 4_999 });
    sandbox.clock(3_590);
    expect(await remaining(token)).toBe(4_998);
    sandbox.clock(3_610);
    expect(await remaining(token)).toBe(4_999);
  });

  test("is kept: the last request is answered, the next is not, until the hour is over", async () => {
    const token = sandbox.world.authorize("octocat").accessToken;
    sandbox.setRateLimit({ user: "octocat" }, 1);
    const last = await api(sandbox, "GET /user", { token });
    expect([last.status, last.headers.get("x-ratelimit-remaining")]).toEqual([200, "0"]);
    const refused = await api(sandbox, "GET /user", { token });
    expect([refused.status, refused.body.message]).toEqual([
      403,
      "API rate limit exceeded for user ID 583231.",
    ]);
    expect(complaints("GET /user", refused)).toEqual([]);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("x-ratelimit-used")).toBe("5000");
    expect(refused.headers.get("retry-after")).toBeNull();
    const reset = Number(refused.headers.get("x-ratelimit-reset"));
    expect(reset).toBe(Number(last.headers.get("x-ratelimit-reset")));
    sandbox.clock(reset - Math.floor(Date.now() / 1000) + 1);
    expect((await api(sandbox, "GET /user", { token })).status).toBe(200);
  });

  test("is kept for an installation, whichever token it uses, and for nobody else", async () => {
    sandbox.setRateLimit({ installation: globex }, 0);
    const token = await mint(sandbox, globex);
    const refused = await api(sandbox, list, { token });
    expect([refused.status, refused.body.message]).toEqual([
      403,
      "API rate limit exceeded for installation ID 50291001.",
    ]);
    expect((await api(sandbox, "GET /rate_limit", { token })).status).toBe(200);
    const other = await mint(sandbox, sandbox.world.install("octocat").id);
    expect((await api(sandbox, list, { token: other })).status).toBe(200);
  });

  test("is kept for an address: 60 an hour without a credential", async () => {
    const statuses: number[] = [];
    for (let asked = 0; asked < 61; asked += 1)
      statuses.push((await api(sandbox, "GET /versions")).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    const { status, body } = await api(sandbox, "GET /versions");
    expect(status).toBe(403);
    expect(body.message).toContain("Authenticated requests get a higher rate limit");
    const token = await mint(sandbox, globex);
    expect((await api(sandbox, "GET /versions", { token })).status).toBe(200);
  });

  test("lets a 304 through for nothing while anything is left, and no longer", async () => {
    const token = await mint(sandbox, globex);
    const etag = (await api(sandbox, list, { token })).headers.get("etag") ?? "";
    const again = async () =>
      (await api(sandbox, list, { token, headers: { "if-none-match": etag } })).status;
    sandbox.setRateLimit({ installation: globex }, 1);
    expect([await again(), await again()]).toEqual([304, 304]);
    sandbox.setRateLimit({ installation: globex }, 0);
    expect(await again()).toBe(403);
  });

  test("of the App's client id is counted apart", async () => {
    const route = `POST /applications/${sandbox.app.clientId}/token`;
    const { headers } = await api(sandbox, route, { headers: basicOf(sandbox), body: {} });
    expect(headers.get("x-ratelimit-remaining")).toBe("4999");
  });

  test("is set over HTTP too", async () => {
    const set = async (body: object) => {
      const response = await fetch(`${sandbox.url}/_sandbox/rate-limits`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      return response.status;
    };
    expect(await set({ installation: globex, remaining: 0 })).toBe(204);
    expect((await api(sandbox, list, { token: await mint(sandbox, globex) })).status).toBe(403);
    expect(await set({ address: "127.0.0.1", remaining: 0 })).toBe(204);
    expect((await api(sandbox, "GET /versions")).status).toBe(403);
    expect(await set({ user: "nobody", remaining: 0 })).toBe(404);
    expect(await set({ user: "octocat", remaining: -1 })).toBe(400);
  });
});

const statuses = [403, 429] as const;
const waits = [undefined, 60] as const;
const cases = statuses.flatMap((status) => waits.map((retryAfter) => ({ status, retryAfter })));

describe.each(cases)("A limit imposed with $status and retry-after $retryAfter", (limit) => {
  const impose = (kind: "primary-limit" | "secondary-limit", match: FaultInput["match"] = {}) =>
    sandbox.fault({ kind, match, ...limit });
  const retryAfter = limit.retryAfter === undefined ? null : String(limit.retryAfter);

  test("as the primary one speaks of its caller, and has nothing left", async () => {
    const token = await mint(sandbox, globex);
    impose("primary-limit");
    const refused = await api(sandbox, list, { token });
    expect([refused.status, refused.body.message]).toEqual([
      limit.status,
      "API rate limit exceeded for installation ID 50291001.",
    ]);
    expect(complaints(list, refused)).toEqual([]);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("retry-after")).toBe(retryAfter);
    expect(refused.headers.get("x-github-request-id")).not.toBeNull();
  });

  test("as a secondary one leaves the primary budget as it is", async () => {
    const token = await jwtOf(sandbox);
    impose("secondary-limit", { method: "POST" });
    const route = `POST /app/installations/${globex}/access_tokens`;
    const refused = await api(sandbox, route, { token });
    expect(refused.status).toBe(limit.status);
    expect(refused.body.message).toMatch(/^You have exceeded a secondary rate limit/);
    expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(0);
    expect(refused.headers.get("retry-after")).toBe(retryAfter);
    expect((await api(sandbox, "GET /app", { token })).status).toBe(200);
  });
});

describe("A limit that Octokit meets", () => {
  test("is an error with GitHub's message and headers", async () => {
    const octokit = await appOf(sandbox).getInstallationOctokit(globex);
    sandbox.fault({ kind: "secondary-limit", retryAfter: 30, match: { path: "/installation/*" } });
    await expect(octokit.request("GET /installation/repositories")).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("secondary rate limit") as string,
      response: { headers: { "retry-after": "30" } },
    });
  });

  test("is not imposed with another status, nor for no time at all", () => {
    const malformed = [
      { kind: "primary-limit", status: 503 },
      { kind: "secondary-limit", retryAfter: 0 },
    ];
    for (const fault of malformed) expect(() => sandbox.fault(fault as FaultInput)).toThrow();
  });
});

test("A fault in the API has GitHub's headers, as any answer", async () => {
  sandbox.fault({ kind: "status", status: 503 });
  const { headers } = await api(sandbox, "GET /versions");
  expect(headers.get("x-github-request-id")).toMatch(/^[0-9A-F]{4}(:[0-9A-F]+){4}$/);
});
