import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, basicOf, complaints, exchange, jwtOf, startSandbox } from "./harness.ts";

const brewBuilds = "Iv23liBrewBuildsApp1";
const sandbox = await startSandbox();
const { world } = sandbox;
const globex = 50291001;

beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const statusOf = async (route: string, request: Parameters<typeof api>[2]) =>
  (await api(sandbox, route, request)).status;

describe("A person's token for another App", () => {
  test("says who he is, as ours does: it is no proof of anything else", async () => {
    const { accessToken: token } = world.authorizeOtherApp(brewBuilds, "globex-admin");
    const { status, body } = await api(sandbox, "GET /user", { token });
    expect([status, body.login]).toEqual([200, "globex-admin"]);
  });

  test("sees that App's installations, and none of ours", async () => {
    const { accessToken: token } = world.authorizeOtherApp(brewBuilds, "globex-admin");
    const list = async () => {
      const route = "GET /user/installations";
      const { status, body } = await api(sandbox, route, { token });
      expect(complaints(route, { status, body })).toEqual([]);
      return body.installations.map(({ app_slug }: { app_slug: string }) => app_slug);
    };
    expect(await list()).toEqual([]);
    world.installOtherApp(brewBuilds, "globex");
    expect(await list()).toEqual(["brew-builds"]);
    const route = `GET /user/installations/${globex}/repositories`;
    expect(await statusOf(route, { token })).toBe(404);
  });

  test("reads neither members nor private repositories through our installation", async () => {
    const { accessToken: token } = world.authorizeOtherApp(brewBuilds, "globex-admin");
    const routes = ["GET /user/memberships/orgs/globex", "GET /repos/globex/hammock-district"];
    const statuses = await Promise.all(routes.map((route) => statusOf(route, { token })));
    expect(statuses).toEqual([403, 404]);
    const ours = world.authorize("globex-admin").accessToken;
    const allowed = await Promise.all(routes.map((route) => statusOf(route, { token: ours })));
    expect(allowed).toEqual([200, 200]);
  });

  test("is not ours to check, to revoke or to refresh", async () => {
    const given = world.authorizeOtherApp(brewBuilds, "octocat");
    const token = given.accessToken;
    const headers = basicOf(sandbox);
    const base = `/applications/${sandbox.app.clientId}`;
    const request = { headers, body: { access_token: token } };
    for (const route of [`POST ${base}/token`, `DELETE ${base}/token`, `DELETE ${base}/grant`])
      expect(await statusOf(route, request)).toBe(404);
    const refreshed = await exchange(sandbox, {
      grant_type: "refresh_token",
      refresh_token: given.refreshToken,
    });
    expect(refreshed.body.error).toBe("bad_refresh_token");
    world.authorize("octocat");
    world.revokeAuthorization("octocat");
    expect(await statusOf("GET /user", { token })).toBe(200);
  });
});

describe("An installation token of another App", () => {
  test("reaches what that App reaches, and not what ours does", async () => {
    const { id } = world.installOtherApp(brewBuilds, "acme-tea");
    const token = world.otherAppToken(brewBuilds, "acme-tea");
    const { status, body } = await api(sandbox, "GET /installation/repositories", { token });
    expect([status, body.total_count]).toEqual([200, 4]);
    expect(await statusOf("GET /repos/globex/hammock-district", { token })).toBe(404);
    expect(await statusOf("GET /orgs/globex/memberships/globex-admin", { token })).toBe(403);
    const asApp = { token: await jwtOf(sandbox) };
    expect(await statusOf(`GET /app/installations/${id}`, asApp)).toBe(404);
    expect(await statusOf(`POST /app/installations/${id}/access_tokens`, asApp)).toBe(404);
  });

  test("opens neither the App's own routes nor an enterprise's", async () => {
    world.installOtherApp(brewBuilds, "acme-tea");
    const token = world.otherAppToken(brewBuilds, "acme-tea");
    expect(await statusOf("GET /app", { token })).toBe(401);
    expect(await statusOf("GET /app/hook/deliveries", { token })).toBe(401);
    const route = "GET /enterprises/acme-corp/apps/installable_organizations";
    expect(await statusOf(route, { token })).toBe(403);
  });
});

test.each([
  () => world.otherAppToken(brewBuilds, "acme-tea"),
  () => world.authorizeOtherApp("Iv23liNobodysApp0001", "octocat"),
  () => world.installOtherApp(brewBuilds, "globex"),
])("An unknown App, and one that is there or is not, are refused (%#)", (act) => {
  world.installOtherApp(brewBuilds, "globex");
  expect(act).toThrow(/App/);
});
