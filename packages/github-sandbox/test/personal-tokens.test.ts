import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, complaints, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const classic = (login: string, scopes: string[] = ["repo"]) =>
  sandbox.world.createPersonalToken(login, { kind: "classic", scopes });
const fineGrained = (login: string) =>
  sandbox.world.createPersonalToken(login, { kind: "fine-grained", scopes: [] });

describe("A personal token", () => {
  test("has GitHub's form", () => {
    expect(classic("octocat")).toMatch(/^ghp_[0-9A-Za-z]{36}$/);
    expect(fineGrained("octocat")).toMatch(/^github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}$/);
  });

  test("tells who it is", async () => {
    for (const token of [classic("octocat", []), fineGrained("octocat")]) {
      const { status, body } = await api(sandbox, "GET /user", { token });
      expect([status, body.login]).toEqual([200, "octocat"]);
    }
  });

  test("lists no installations of an App", async () => {
    for (const token of [classic("globex-admin"), fineGrained("globex-admin")]) {
      const { status, body } = await api(sandbox, "GET /user/installations", { token });
      expect([status, body.message]).toEqual([
        403,
        "You must authenticate with an access token authorized to a GitHub App in order to list installations",
      ]);
    }
  });

  test("lists the repositories of an installation when it is classic with the scope repo", async () => {
    const route = "GET /user/installations/50291001/repositories";
    const listed = await api(sandbox, route, { token: classic("globex-admin") });
    expect(listed.body).toMatchObject({ total_count: 5, repositories: expect.any(Array) });
    expect(complaints(route, listed)).toEqual([]);
    for (const token of [classic("globex-admin", []), fineGrained("globex-admin")])
      expect((await api(sandbox, route, { token })).status).toBe(403);
  });

  test("reads private repositories when it is classic with the scope repo", async () => {
    const ask = async (token: string) =>
      (await api(sandbox, "GET /repos/octocat/private-notes", { token })).status;
    expect(await ask(classic("octocat"))).toBe(200);
    expect(await ask(classic("octocat", ["public_repo"]))).toBe(404);
    expect(await ask(fineGrained("octocat"))).toBe(404);
    expect(await ask(classic("globex-admin"))).toBe(404);
  });

  test.each([
    "GET /user/memberships/orgs/globex",
    "GET /orgs/globex/installations",
    "GET /orgs/globex/memberships/globex-admin",
  ])("is refused by %s", async (route) => {
    const { status, body } = await api(sandbox, route, { token: classic("globex-admin") });
    expect([status, body.message]).toEqual([
      403,
      "Resource not accessible by personal access token",
    ]);
  });

  test("is no App and no installation", async () => {
    const token = classic("octocat");
    expect((await api(sandbox, "GET /app", { token })).status).toBe(401);
    expect((await api(sandbox, "GET /installation/repositories", { token })).status).toBe(403);
  });
});

describe("Over HTTP, a personal token", () => {
  const admin = (method: string, body: object) =>
    fetch(`${sandbox.url}/_sandbox/personal-tokens`, { method, body: JSON.stringify(body) });

  test("is made and revoked", async () => {
    const made = await admin("POST", { login: "octocat", kind: "classic", scopes: ["repo"] });
    const { token } = JSON.parse(await made.text());
    expect((await api(sandbox, "GET /user", { token })).status).toBe(200);
    expect((await admin("DELETE", { token })).status).toBe(204);
    expect((await api(sandbox, "GET /user", { token })).status).toBe(401);
  });

  test("is made for nobody else, and of no other kind", async () => {
    expect((await admin("POST", { login: "nobody", kind: "classic" })).status).toBe(404);
    expect((await admin("POST", { login: "octocat", kind: "golden" })).status).toBe(400);
  });
});
