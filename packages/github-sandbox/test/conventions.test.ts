import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const createToken = "POST /app/installations/50291001/access_tokens";

describe("Every answer of the API", () => {
  test("carries GitHub's headers, refusals too", async () => {
    for (const token of [await mint(sandbox, 50291001), "wrong"]) {
      const { headers } = await api(sandbox, "GET /installation/repositories", { token });
      expect(headers.get("x-github-request-id")).toMatch(/^[0-9A-F]{4}(:[0-9A-F]+){4}$/);
      expect(headers.get("x-github-media-type")).toBe("github.v3; format=json");
      expect(headers.get("x-github-api-version-selected")).toBe("2022-11-28");
      expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(headers.get("x-ratelimit-resource")).toBe("core");
      expect(headers.get("x-accepted-github-permissions")).toBe("metadata=read");
      expect(headers.get("vary")).toContain("Authorization");
    }
  });

  test("needs a User-Agent", async () => {
    const refused = await new Promise<{ status: number | undefined; body: string }>((resolve) => {
      const outgoing = request(`${sandbox.apiUrl}/versions`, (incoming) => {
        void text(incoming).then((body) => resolve({ status: incoming.statusCode, body }));
      });
      outgoing.end();
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("Please make sure your request has a User-Agent header");
  });

  test.each([
    "GET /nothing",
    "GET /versions/",
    "GET /app/",
    "POST /versions",
    "GET /APP",
    "GET /repos/acme-coffee/espresso-api/",
  ])("is 404 for %s", async (route) => {
    const { status, body } = await api(sandbox, route, { token: await jwtOf(sandbox) });
    expect(status).toBe(404);
    expect(body).toEqual({
      message: "Not Found",
      documentation_url: "https://docs.github.com/rest",
      status: "404",
    });
  });
});

describe("The API version", () => {
  test.each(["2022-11-28", "2026-03-10"])("%s is taken and told back", async (version) => {
    const headers = { "X-GitHub-Api-Version": version };
    const response = await api(sandbox, "GET /versions", { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-github-api-version-selected")).toBe(version);
  });

  test.each(["2021-01-01", "latest", ""])("%j is refused with 400", async (version) => {
    const headers = { "X-GitHub-Api-Version": version };
    const { status, body } = await api(sandbox, "GET /versions", { headers });
    expect(status).toBe(400);
    expect(body.message).toContain("is not a supported version");
  });
});

describe("A body", () => {
  test.each([
    ["{", "Problems parsing JSON"],
    ["[]", "Body should be a JSON object"],
    ['"text"', "Body should be a JSON object"],
    ["null", "Body should be a JSON object"],
  ])("of %s is 400", async (body, message) => {
    const response = await api(sandbox, createToken, { token: await jwtOf(sandbox), body });
    expect(response.status).toBe(400);
    expect(response.body.message).toBe(message);
  });

  test("is read whatever its content type says", async () => {
    const response = await api(sandbox, createToken, {
      token: await jwtOf(sandbox),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: { repositories: ["rocket"] },
    });
    expect(response.body.repository_selection).toBe("selected");
  });
});
