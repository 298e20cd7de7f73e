import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultInput } from "../src/index.ts";
import { api, appOf, exchange, jwtOf, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const get = (path: string, signal?: AbortSignal) =>
  fetch(`${sandbox.apiUrl}${path}`, {
    headers: { "user-agent": "tests" },
    ...(signal && { signal }),
  });

const addOverHttp = async (fault: FaultInput | FaultInput[]) => {
  const response = await fetch(`${sandbox.url}/_sandbox/faults`, {
    method: "POST",
    body: JSON.stringify(fault),
  });
  expect(response.status).toBe(200);
};

describe("A fault", () => {
  test("of kind latency answers late", async () => {
    sandbox.fault({ kind: "latency", ms: 120, times: 1 });
    const start = performance.now();
    expect((await get("/versions")).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  test("of kind status answers with it, with its headers and with GitHub's error body", async () => {
    await addOverHttp({ kind: "status", status: 503, headers: { "retry-after": "7" } });
    const response = await get("/versions");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(JSON.parse(await response.text())).toEqual({
      message: "Server Error",
      documentation_url: "https://docs.github.com/rest",
      status: "503",
    });
  });

  test("of kind hang never answers", async () => {
    sandbox.fault({ kind: "hang" });
    await expect(get("/versions", AbortSignal.timeout(100))).rejects.toThrow("aborted");
    expect(sandbox.requests()).toMatchObject([{ path: "/api/v3/versions", status: null }]);
  });

  test("of kind reset cuts the connection", async () => {
    sandbox.fault({ kind: "reset", times: 1 });
    const error = await get("/versions").catch((failure: unknown) => failure);
    expect(error).toMatchObject({ cause: { code: "ECONNRESET" } });
  });

  test("of kind html answers with a page", async () => {
    sandbox.fault({ kind: "html" });
    const response = await get("/versions");
    expect(response.status).toBe(502);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).toContain("<!DOCTYPE html>");
  });

  test("reaches Octokit as GitHub's trouble would", async () => {
    sandbox.fault({ kind: "status", status: 429, headers: { "retry-after": "60" } });
    await expect(appOf(sandbox).octokit.request("GET /app")).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining("secondary rate limit"),
    });
  });

  test("hits as many requests as it says", async () => {
    sandbox.fault({ kind: "status", status: 500, times: 2 });
    const statuses = [await get("/versions"), await get("/versions"), await get("/versions")];
    expect(statuses.map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  test("hits what it matches, with and without /api/v3, and nothing else", async () => {
    const status = async (path: string) => (await get(path)).status;
    sandbox.fault({ kind: "status", status: 500, match: { path: "/versions" } });
    expect([await status("/versions"), await status("/repos/globex/rocket")]).toEqual([500, 200]);
    sandbox.fault([]);
    sandbox.fault({ kind: "status", status: 500, match: { path: "/api/v3/repos/*/rocket" } });
    expect([await status("/versions"), await status("/repos/globex/rocket")]).toEqual([200, 500]);
    sandbox.fault([]);
    sandbox.fault({
      kind: "status",
      status: 500,
      match: { path: "/app/installations/*/access_tokens" },
    });
    const token = await jwtOf(sandbox);
    const route = "/app/installations/50291001/access_tokens";
    expect((await api(sandbox, `POST ${route}`, { token })).status).toBe(500);
    expect((await api(sandbox, "GET /app/installations", { token })).status).toBe(200);
  });

  test("hits the method that it matches", async () => {
    sandbox.fault({ kind: "status", status: 500, match: { method: "post" } });
    expect((await get("/versions")).status).toBe(200);
    expect((await exchange(sandbox, {})).status).toBe(500);
  });

  test("takes literally what a pattern would read otherwise", async () => {
    sandbox.fault({ kind: "status", status: 500, match: { path: "/version." } });
    expect((await get("/versions")).status).toBe(200);
  });

  test("follows the one before it", async () => {
    await addOverHttp([
      { kind: "status", status: 500, times: 1 },
      { kind: "status", status: 502, times: 1 },
    ]);
    const statuses = [await get("/versions"), await get("/versions"), await get("/versions")];
    expect(statuses.map(({ status }) => status)).toEqual([500, 502, 200]);
  });

  test("is cleared by an empty list, and never hits the admin surface", async () => {
    sandbox.fault({ kind: "hang" });
    await addOverHttp([]);
    expect((await get("/versions")).status).toBe(200);
  });

  test("is refused when malformed", () => {
    expect(() => sandbox.fault({ kind: "latency", ms: -1 })).toThrow("ms");
  });
});
