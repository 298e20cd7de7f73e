import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, jwtOf, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;
const acmeCorp = 50291002;
const call = async (route: string, headers: Record<string, string> = {}) =>
  api(sandbox, route, { token: await jwtOf(sandbox), headers });

describe("The App's installations", () => {
  test("are listed, suspended ones too", async () => {
    sandbox.world.install("acme-coffee");
    sandbox.world.suspend("acme-coffee");
    const { status, body } = await call("GET /app/installations");
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { id: globex, account: { login: "globex" }, suspended_at: null, suspended_by: null },
      { id: acmeCorp, account: { slug: "acme-corp" }, target_type: "Enterprise" },
      { id: 50291845, account: { login: "acme-coffee" }, suspended_by: { login: "octo-admin" } },
    ]);
  });

  test("are listed page by page", async () => {
    sandbox.world.install("acme-coffee");
    sandbox.world.install("octocat");
    const { body, headers } = await call("GET /app/installations?per_page=2");
    expect(body).toHaveLength(2);
    expect(headers.get("link")).toContain('rel="next"');
    const { octokit } = appOf(sandbox);
    expect(await octokit.paginate("GET /app/installations", { per_page: 1 })).toHaveLength(4);
  });

  test("are listed since a time", async () => {
    sandbox.world.install("acme-coffee");
    const { body } = await call("GET /app/installations?since=2026-02-01T00:00:00Z");
    expect(body).toMatchObject([{ id: 50291845 }]);
  });

  test("are read by id, and are not found when there is none", async () => {
    expect((await call(`GET /app/installations/${globex}`)).body).toMatchObject({
      id: globex,
      app_id: sandbox.app.id,
      app_slug: sandbox.app.slug,
      target_type: "Organization",
      html_url: `${sandbox.url}/organizations/globex/settings/installations/${globex}`,
      access_tokens_url: `${sandbox.apiUrl}/app/installations/${globex}/access_tokens`,
    });
    for (const id of ["1", "0", "abc", "-1", "99999999999999999999"])
      expect((await call(`GET /app/installations/${id}`)).status).toBe(404);
  });

  test.each([
    ["GET /orgs/globex/installation", globex],
    ["GET /orgs/GLOBEX/installation", globex],
    ["GET /users/globex/installation", globex],
    ["GET /repos/globex/rocket/installation", globex],
  ])("are found by %s", async (route, id) => {
    const { status, body } = await call(route);
    expect([status, body.id]).toEqual([200, id]);
  });

  test.each([
    "GET /orgs/acme-coffee/installation",
    "GET /orgs/octocat/installation",
    "GET /orgs/nobody/installation",
    "GET /users/octocat/installation",
    "GET /repos/acme-coffee/espresso-api/installation",
    "GET /repos/globex/nothing/installation",
  ])("are not found by %s", async (route) => {
    expect((await call(route)).status).toBe(404);
  });

  test("are not found by a repository that was not selected", async () => {
    sandbox.world.install("acme-coffee", { repositories: ["espresso-api"] });
    expect((await call("GET /repos/acme-coffee/espresso-api/installation")).status).toBe(200);
    expect((await call("GET /repos/acme-coffee/menu-api/installation")).status).toBe(404);
  });

  test("end with 204, and with 202 under version 2026-03-10", async () => {
    const { id } = sandbox.world.install("acme-coffee");
    expect((await call(`DELETE /app/installations/${globex}`)).status).toBe(204);
    const next = { "X-GitHub-Api-Version": "2026-03-10" };
    expect((await call(`DELETE /app/installations/${id}`, next)).status).toBe(202);
    expect((await call(`DELETE /app/installations/${globex}`)).status).toBe(404);
    expect((await call(`GET /app/installations/${globex}`)).status).toBe(404);
    expect((await call("GET /app/installations")).body).toMatchObject([{ id: acmeCorp }]);
  });

  test("are suspended and unsuspended by the App, as often as it likes", async () => {
    const route = `/app/installations/${globex}/suspended`;
    expect((await call(`PUT ${route}`)).status).toBe(204);
    expect((await call(`PUT ${route}`)).status).toBe(204);
    const suspended = await call(`GET /app/installations/${globex}`);
    expect(suspended.body).toMatchObject({ suspended_by: { login: "layers" } });
    expect(suspended.body.suspended_at).toMatch(/Z$/);
    expect((await call(`DELETE ${route}`)).status).toBe(204);
    expect((await call(`DELETE ${route}`)).status).toBe(204);
    expect((await call(`GET /app/installations/${globex}`)).body.suspended_at).toBeNull();
  });

  test("stay suspended when it was the owner who suspended them", async () => {
    sandbox.world.suspend("globex");
    expect((await call(`DELETE /app/installations/${globex}/suspended`)).status).toBe(403);
    expect((await call(`GET /app/installations/${globex}`)).body.suspended_at).not.toBeNull();
  });
});
