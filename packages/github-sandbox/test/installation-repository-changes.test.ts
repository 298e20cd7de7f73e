import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, complaints, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const { world } = sandbox;
const espressoApi = 701000001;
const espressoWeb = 701000002;
const rocket = 702000005;

const classic = (login: string, scopes = ["repo"]) =>
  world.createPersonalToken(login, { kind: "classic", scopes });

const installed = (repositories?: string[]) =>
  world.install("acme-coffee", repositories && { repositories }).id;

const routeOf = (method: string, id: number, repository: number) =>
  `${method} /user/installations/${id}/repositories/${repository}`;

async function reached(id: number): Promise<string[]> {
  const octokit = await appOf(sandbox).getInstallationOctokit(id);
  const { data } = await octokit.request("GET /installation/repositories");
  return data.repositories.map(({ name }) => name);
}

describe("A repository", () => {
  test("is added by its administrator's classic token, and reached at once", async () => {
    const id = installed(["espresso-api"]);
    const route = routeOf("PUT", id, espressoWeb);
    const added = await api(sandbox, route, { token: classic("octo-admin") });
    expect(added.status).toBe(204);
    expect(complaints(route, added)).toEqual([]);
    expect(await reached(id)).toEqual(["espresso-api", "espresso-web"]);
  });

  test("is added once, and again with the same answer", async () => {
    const id = installed(["espresso-api"]);
    for (let time = 0; time < 2; time += 1) {
      const route = routeOf("PUT", id, espressoApi);
      expect((await api(sandbox, route, { token: classic("octo-admin") })).status).toBe(204);
    }
    expect(await reached(id)).toEqual(["espresso-api"]);
  });

  test("is there already where everything is installed", async () => {
    const id = installed();
    const route = routeOf("PUT", id, espressoApi);
    expect((await api(sandbox, route, { token: classic("octo-admin") })).status).toBe(204);
    expect(world.installation("acme-coffee")?.repositorySelection).toBe("all");
  });

  test("is removed, and no longer reached by a token that there was", async () => {
    const id = installed(["espresso-api", "espresso-web"]);
    const token = await mint(sandbox, id);
    const route = routeOf("DELETE", id, espressoApi);
    const removed = await api(sandbox, route, { token: classic("octo-admin") });
    expect(removed.status).toBe(204);
    expect(complaints(route, removed)).toEqual([]);
    const { body } = await api(sandbox, "GET /installation/repositories", { token });
    expect(body).toMatchObject({ total_count: 1, repositories: [{ name: "espresso-web" }] });
  });

  test("is not removed where everything is installed", async () => {
    const route = routeOf("DELETE", installed(), espressoApi);
    const refused = await api(sandbox, route, { token: classic("octo-admin") });
    expect(refused.status).toBe(422);
    expect(complaints(route, refused)).toEqual([]);
  });

  test("is not removed when it is the last one", async () => {
    const id = installed(["espresso-api"]);
    const route = routeOf("DELETE", id, espressoApi);
    const { status, body } = await api(sandbox, route, { token: classic("octo-admin") });
    expect([status, body.message]).toEqual([
      422,
      "Cannot remove the last repository from this installation. Uninstall this application instead.",
    ]);
    expect(await reached(id)).toEqual(["espresso-api"]);
  });

  test("is not found to be removed when it is not installed", async () => {
    const route = routeOf("DELETE", installed(["espresso-api", "espresso-web"]), 701000003);
    expect((await api(sandbox, route, { token: classic("octo-admin") })).status).toBe(404);
  });
});

describe.each(["PUT", "DELETE"])("%s", (method) => {
  const ask = (id: number, token: string | undefined, repository = espressoApi) =>
    api(sandbox, routeOf(method, id, repository), { token });
  const twoInstalled = () => installed(["espresso-api", "espresso-web"]);

  test("refuses every token of the App", async () => {
    const id = twoInstalled();
    const { accessToken } = world.authorize("octo-admin");
    for (const token of [await mint(sandbox, id), accessToken]) {
      const refused = await ask(id, token);
      expect([refused.status, refused.body.message]).toEqual([
        403,
        "Resource not accessible by integration",
      ]);
      expect(complaints(routeOf(method, id, espressoApi), refused)).toEqual([]);
    }
    expect((await ask(id, await jwtOf(sandbox))).status).toBe(401);
  });

  test("refuses a fine-grained token", async () => {
    const token = world.createPersonalToken("octo-admin", { kind: "fine-grained", scopes: [] });
    const { status, body } = await ask(twoInstalled(), token);
    expect([status, body.message]).toEqual([
      403,
      "Resource not accessible by personal access token",
    ]);
  });

  test.each([[], ["public_repo"], ["read:org", "gist"]])(
    "refuses a classic token of the scopes %j",
    async (...scopes) => {
      const token = classic("octo-admin", scopes);
      const { status, body } = await ask(twoInstalled(), token);
      expect([status, body.message]).toEqual([403, "Must have admin rights to Repository."]);
    },
  );

  test("refuses a member who does not administer the repository", async () => {
    const { status, body } = await ask(twoInstalled(), classic("octo-member"));
    expect([status, body.message]).toEqual([403, "Must have admin rights to Repository."]);
  });

  test("finds nothing for a stranger, nor of another account, nor elsewhere", async () => {
    const id = twoInstalled();
    const asked = [
      ask(id, classic("octocat")),
      ask(id, classic("octo-admin"), rocket),
      ask(1, classic("octo-admin")),
      api(sandbox, `${method} /user/installations/${id}/repositories/x`, {
        token: classic("octo-admin"),
      }),
    ];
    for (const { status } of await Promise.all(asked)) expect(status).toBe(404);
  });

  test("refuses nobody's request and a revoked token", async () => {
    const id = twoInstalled();
    expect((await ask(id, undefined)).body.message).toBe("Requires authentication");
    const token = classic("octo-admin");
    world.revokePersonalToken(token);
    const { status, body } = await ask(id, token);
    expect([status, body.message]).toEqual([401, "Bad credentials"]);
  });
});
