import { describe, expect, test } from "vitest";
import { createBodyJudge } from "../src/index.ts";

const judge = createBodyJudge();

const repository = { id: 1, name: "rocket", full_name: "globex/rocket" };
const installation = {
  id: 1,
  client_id: "Iv23liLayersConnect0",
  repository_selection: "all",
  repositories_url: "https://api.github.com/installation/repositories",
  permissions: {},
  created_at: "2026-01-15T09:30:00Z",
  updated_at: "2026-01-15T09:30:00Z",
};
const base = "/enterprises/acme/apps";
const target = `${base}/organizations/globex/installations`;

describe("The judge of api.github.com", () => {
  test("finds a missing key and a wrong type", () => {
    const app = { edition: "api.github.com", method: "GET", path: "/app", status: 200 } as const;
    const found = judge({ ...app, body: { id: "1", name: "x" } });
    expect(found).toContain("/id must be integer");
    expect(found.join()).toContain("must have required property 'permissions'");
  });

  test("takes a path as it was asked for, and GitHub's template of it", () => {
    for (const path of ["/orgs/globex/installation", "/orgs/{org}/installation"])
      expect(
        judge({ edition: "api.github.com", method: "get", path, status: 200, body: {} }),
      ).toContain(" must have required property 'app_slug'");
  });

  test("takes null where GitHub does, and nowhere else", () => {
    const body = (account: unknown) => [
      { id: 1, account, requester: {}, created_at: "2026-01-15T09:30:00Z" },
    ];
    const path = "/app/installation-requests";
    const errors = judge({
      edition: "api.github.com",
      method: "GET",
      path,
      status: 200,
      body: body(null),
    });
    expect(errors.join()).toContain("/0/account");
  });

  test("knows what version 2026-03-10 changed", () => {
    const asked = {
      edition: "api.github.com",
      method: "DELETE",
      path: "/app/installations/1",
    } as const;
    const at = (version: "2022-11-28" | "2026-03-10", status: number) =>
      judge({ ...asked, version, status });
    expect([at("2022-11-28", 204), at("2026-03-10", 202)]).toEqual([[], []]);
    expect(at("2026-03-10", 204)).toEqual([
      "api.github.com 2026-03-10 describes no 204 of DELETE /app/installations/1",
    ]);
    const limits = { core: { limit: 1, used: 0, remaining: 1, reset: 1 } };
    const body = { resources: { ...limits, search: limits.core } };
    const limit = { edition: "api.github.com", method: "GET", path: "/rate_limit", status: 200 };
    expect(judge({ ...limit, edition: "api.github.com", body })).not.toEqual([]);
    expect(judge({ ...limit, edition: "api.github.com", version: "2026-03-10", body })).toEqual([]);
  });

  test("wants no body where GitHub has none", () => {
    const revoke = {
      edition: "api.github.com",
      method: "DELETE",
      path: "/installation/token",
      status: 204,
    } as const;
    expect(judge(revoke)).toEqual([]);
    expect(judge({ ...revoke, body: {} })).toEqual(["there must be no body"]);
  });

  test("judges an error that GitHub does not list as its basic error", () => {
    const refused = {
      edition: "api.github.com",
      method: "GET",
      path: "/app",
      status: 401,
    } as const;
    expect(judge({ ...refused, body: { message: "Bad credentials", status: "401" } })).toEqual([]);
    expect(judge({ ...refused, body: { message: 1, status: 401 } })).toEqual([
      "/message must be string",
      "/status must be string",
    ]);
  });

  test("says so when it knows nothing of the route", () => {
    const asked = { edition: "api.github.com", method: "POST", path: "/app" } as const;
    for (const status of [200, 404])
      expect(judge({ ...asked, status })).toEqual([
        `api.github.com 2022-11-28 describes no ${status} of POST /app`,
      ]);
  });
});

describe("The judge of ghec", () => {
  test.each([
    ["GET", `${base}/installable_organizations`, [{ id: 1, login: "globex" }]],
    ["GET", `${base}/installable_organizations/globex/accessible_repositories`, [repository]],
    ["GET", target, [installation]],
    ["GET", `${target}/1/repositories`, [repository]],
    ["PATCH", `${target}/1/repositories/add`, [repository]],
    ["PATCH", `${target}/1/repositories/remove`, [repository]],
  ])("takes what %s %s answers, and no other items", (method, path, body) => {
    const answer = { edition: "ghec", method, path, status: 200 } as const;
    expect(judge({ ...answer, body })).toEqual([]);
    expect(judge({ ...answer, body: [{ value: body[0] }] })).not.toEqual([]);
    expect(judge({ ...answer, body: { repositories: body } })).toEqual([" must be array"]);
  });

  test.each([
    ["POST", target, 200],
    ["POST", target, 201],
    ["PATCH", `${target}/1/repositories`, 200],
    ["GET", "/enterprises/acme/installation", 200],
  ])("wants a whole installation of %s %s", (method, path, status) => {
    expect(judge({ edition: "ghec", method, path, status, body: installation })).toContain(
      " must have required property 'account'",
    );
  });

  test("wants no body of an uninstallation", () => {
    const path = `${target}/1`;
    expect(judge({ edition: "ghec", method: "DELETE", path, status: 204 })).toEqual([]);
  });
});

describe("The judge of 2.2.1", () => {
  test.each([
    "/content_references/7/attachments",
    "/repos/globex/rocket/content_references/7/attachments",
  ])("knows the attachments of %s", (path) => {
    const answer = { edition: "2.2.1", method: "POST", path, status: 200 } as const;
    const body = { id: 101, title: "An error", body: "Found" };
    expect(judge({ ...answer, body })).toEqual([]);
    expect(judge({ ...answer, body: { ...body, title: "x".repeat(1025) } })).toEqual([
      "/title must NOT have more than 1024 characters",
    ]);
  });
});
