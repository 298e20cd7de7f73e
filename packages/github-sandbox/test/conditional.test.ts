import { RequestError } from "octokit";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox({
  permissions: { metadata: "read", members: "read", organization_administration: "read" },
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;

const routes: [string, "app" | "installation" | "user"][] = [
  ["GET /app", "app"],
  ["GET /app/installations", "app"],
  [`GET /app/installations/${globex}`, "app"],
  ["GET /app/installation-requests", "app"],
  ["GET /orgs/globex/installation", "app"],
  ["GET /installation/repositories", "installation"],
  ["GET /repos/globex/rocket", "installation"],
  ["GET /orgs/globex/memberships/globex-admin", "installation"],
  ["GET /user", "user"],
  ["GET /user/installations", "user"],
  [`GET /user/installations/${globex}/repositories`, "user"],
  ["GET /user/memberships/orgs/globex", "user"],
  ["GET /orgs/globex/installations", "user"],
];

const tokenFor = {
  app: () => jwtOf(sandbox),
  installation: () => mint(sandbox, globex),
  user: async () => sandbox.world.authorize("globex-admin").accessToken,
};

const ask = (route: string, token: string, etag = "") =>
  api(sandbox, route, { token, headers: etag ? { "if-none-match": etag } : {} });

const etagFrom = async (route: string, token: string) =>
  (await ask(route, token)).headers.get("etag") ?? "";

describe.each(routes)("%s", (route, who) => {
  test("answers 304 to its own ETag, which costs nothing", async () => {
    const token = await tokenFor[who]();
    const first = await ask(route, token);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    const again = await ask(route, token, etag);
    expect([again.status, again.body]).toEqual([304, undefined]);
    expect(again.headers.get("etag")).toBe(etag);
    for (const name of ["x-ratelimit-remaining", "x-ratelimit-used"])
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get("x-github-request-id")).not.toBeNull();
  });
});

describe("An ETag", () => {
  const route = "GET /installation/repositories";

  test("is another for another token of the same installation", async () => {
    const [first, second] = [await mint(sandbox, globex), await mint(sandbox, globex)];
    const etag = await etagFrom(route, first);
    expect((await ask(route, second, etag)).status).toBe(200);
    expect(await etagFrom(route, second)).not.toBe(etag);
  });

  test("is another once the list has changed, and for another page", async () => {
    const { id } = sandbox.world.install("acme-coffee", {
      repositories: ["espresso-api", "espresso-web"],
    });
    const token = await mint(sandbox, id);
    const etag = await etagFrom(route, token);
    expect((await ask(`${route}?per_page=1`, token, etag)).status).toBe(200);
    const owner = sandbox.world.createPersonalToken("octo-admin", {
      kind: "classic",
      scopes: ["repo"],
    });
    const remove = `DELETE /user/installations/${id}/repositories/701000001`;
    expect((await api(sandbox, remove, { token: owner })).status).toBe(204);
    const changed = await ask(route, token, etag);
    expect([changed.status, changed.body.total_count]).toEqual([200, 1]);
  });

  test("is known among others, strong or weak, and as *", async () => {
    const token = await mint(sandbox, globex);
    const etag = await etagFrom(route, token);
    for (const known of [`"a", ${etag}, "b"`, etag.slice(2), "*"])
      expect((await ask(route, token, known)).status).toBe(304);
    for (const unknown of ['"a"', "W/", etag.slice(0, -2)])
      expect((await ask(route, token, unknown)).status).toBe(200);
  });

  test("helps nobody whose token is revoked", async () => {
    const token = await mint(sandbox, globex);
    const etag = await etagFrom(route, token);
    sandbox.world.suspend("globex");
    expect((await ask(route, token, etag)).status).toBe(403);
    sandbox.world.uninstall("globex");
    expect((await ask(route, token, etag)).status).toBe(401);
  });

  test("is absent from refusals and from what is written", async () => {
    expect((await ask("GET /app", "wrong")).headers.get("etag")).toBeNull();
    const minted = await api(sandbox, `POST /app/installations/${globex}/access_tokens`, {
      token: await jwtOf(sandbox),
    });
    expect(minted.headers.get("etag")).toBeNull();
  });

  test("works through Octokit, which throws a 304", async () => {
    const octokit = await appOf(sandbox).getInstallationOctokit(globex);
    const { headers } = await octokit.request("GET /installation/repositories");
    const again = octokit.request("GET /installation/repositories", {
      headers: { "if-none-match": headers.etag },
    });
    await expect(again).rejects.toSatisfy(
      (error) => error instanceof RequestError && error.status === 304,
    );
  });
});
