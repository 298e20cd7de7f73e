import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;
const route = (id: number) => `POST /app/installations/${id}/access_tokens`;

async function create(body: object | string = {}, headers: Record<string, string> = {}) {
  return api(sandbox, route(globex), { token: await jwtOf(sandbox), body, headers });
}

const firstRepository = async () => {
  const token = await mint(sandbox, globex);
  const { body } = await api(sandbox, "GET /installation/repositories", { token });
  const [repository] = body.repositories as { id: number; name: string }[];
  if (!repository) throw new Error("globex has no repositories");
  return repository;
};

describe("An installation token", () => {
  test("lives for an hour and carries the whole grant by default", async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      permissions: { metadata: "read", contents: "write", pull_requests: "write", members: "read" },
      repository_selection: "all",
    });
    expect(body).not.toHaveProperty("repositories");
    const left = Date.parse(body.expires_at) - Date.now();
    expect(left).toBeGreaterThan(3_590_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
    expect(body.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("is 40 characters long", async () => {
    expect((await create()).body.token).toMatch(/^ghs_[0-9A-Za-z]{36}$/);
  });

  test("is stateless when the request asks for it, and works alike", async () => {
    const { body } = await create({}, { "X-GitHub-Stateless-S2S-Token": "enabled" });
    expect(body.token).toMatch(/^ghs_1204501_[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(String(body.token).length).toBeGreaterThan(480);
    const { status } = await api(sandbox, "GET /installation/repositories", { token: body.token });
    expect(status).toBe(200);
  });

  test("is stateless by configuration, unless the request asks for the other", async () => {
    await using stateless = await startSandbox({ tokenFormat: "stateless" });
    const token = await jwtOf(stateless);
    const long = await api(stateless, route(globex), { token });
    const headers = { "X-GitHub-Stateless-S2S-Token": "disabled" };
    const short = await api(stateless, route(globex), { token, headers });
    const ignored = await api(stateless, route(globex), {
      token,
      headers: { "X-GitHub-Stateless-S2S-Token": "perhaps" },
    });
    expect(String(long.body.token)).toContain(".");
    expect(short.body.token).toHaveLength(40);
    expect(String(ignored.body.token)).toContain(".");
  });

  test("can be narrowed to repositories by name and by id, and to permissions", async () => {
    const { id, name } = await firstRepository();
    for (const wanted of [{ repositories: [name.toUpperCase()] }, { repository_ids: [id] }]) {
      const { status, body } = await create({ ...wanted, permissions: { contents: "read" } });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        repository_selection: "selected",
        permissions: { contents: "read", metadata: "read" },
        repositories: [{ id, name }],
      });
      const listed = await api(sandbox, "GET /installation/repositories", { token: body.token });
      expect(listed.body).toMatchObject({ total_count: 1, repositories: [{ id }] });
    }
  });

  test.each([
    ["an unknown name", { repositories: ["no-such-repository"] }],
    ["a name with its owner", { repositories: ["globex/rocket"] }],
    ["an unknown id", { repository_ids: [1] }],
    ["a known name beside an unknown one", { repositories: ["rocket", "nothing"] }],
  ])("is refused for %s", async (_case, wanted) => {
    const { status, body } = await create(wanted);
    expect(status).toBe(422);
    expect(body).toEqual({
      message:
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      documentation_url:
        "https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app",
      status: "422",
    });
  });

  test("is refused for a repository outside a selection", async () => {
    const { id } = sandbox.world.install("acme-coffee", { repositories: ["espresso-api"] });
    const token = await jwtOf(sandbox);
    const inside = await api(sandbox, route(id), {
      token,
      body: { repositories: ["espresso-api"] },
    });
    const outside = await api(sandbox, route(id), { token, body: { repositories: ["menu-api"] } });
    expect([inside.status, outside.status]).toEqual([201, 422]);
  });

  test.each([
    ["more than the grant", { contents: "admin" }],
    ["a permission that was not granted", { issues: "read" }],
    ["a name that every object has", { constructor: "read" }],
  ])("is refused for %s", async (_case, permissions) => {
    const { status, body } = await create({ permissions });
    expect(status).toBe(422);
    expect(body.message).toBe("The permissions requested are not granted to this installation.");
  });

  test.each([
    [{ repositories: "rocket" }, "properties/repositories"],
    [{ repositories: [7] }, "properties/repositories/items"],
    [{ repository_ids: ["7"] }, "properties/repository_ids/items"],
    [{ permissions: "all" }, "properties/permissions"],
    [{ permissions: { contents: "everything" } }, "properties/permissions/properties/contents"],
  ])("is refused for the malformed request %j", async (wanted, field) => {
    const { status, body } = await create(wanted);
    expect(status).toBe(422);
    expect(body.message).toContain(`Invalid request.\n\nFor '${field}'`);
  });

  test("takes 500 repositories and no more", async () => {
    const { id } = await firstRepository();
    const many = (count: number) => ({ repository_ids: Array.from({ length: count }, () => id) });
    expect((await create(many(500))).status).toBe(201);
    expect((await create(many(501))).status).toBe(422);
  });

  test("is refused while the installation is suspended, and no older one works", async () => {
    const token = await mint(sandbox, globex);
    sandbox.world.suspend("globex");
    const minted = await create();
    expect(minted.status).toBe(403);
    expect(minted.body.message).toBe("This installation has been suspended");
    expect((await api(sandbox, "GET /installation/repositories", { token })).status).toBe(403);
    sandbox.world.unsuspend("globex");
    expect((await api(sandbox, "GET /installation/repositories", { token })).status).toBe(200);
  });

  test("is not found for an unknown installation", async () => {
    const { status, body } = await api(sandbox, route(1), { token: await jwtOf(sandbox) });
    expect(status).toBe(404);
    expect(body.message).toBe("Not Found");
  });

  test("is refused after its hour by the stand-in's clock", async () => {
    const token = await mint(sandbox, globex);
    sandbox.clock(3599);
    expect((await api(sandbox, "GET /installation/repositories", { token })).status).toBe(200);
    sandbox.clock(3601);
    const { status, body } = await api(sandbox, "GET /installation/repositories", { token });
    expect(status).toBe(401);
    expect(body.message).toBe("Bad credentials");
  });

  test("is refused once revoked", async () => {
    const token = await mint(sandbox, globex);
    const other = await mint(sandbox, globex);
    expect((await api(sandbox, "DELETE /installation/token", { token })).status).toBe(204);
    const { status, body } = await api(sandbox, "GET /installation/repositories", { token });
    expect([status, body.message]).toEqual([401, "Bad credentials"]);
    expect((await api(sandbox, "GET /installation/repositories", { token: other })).status).toBe(
      200,
    );
  });

  test("is refused once the App is uninstalled", async () => {
    const token = await mint(sandbox, globex);
    sandbox.world.uninstall("globex");
    expect((await api(sandbox, "GET /installation/repositories", { token })).status).toBe(401);
  });

  test("is refused when nobody minted it", async () => {
    const token = "ghs_000000000000000000000000000000000000";
    const { status, body } = await api(sandbox, "GET /installation/repositories", { token });
    expect([status, body.message]).toEqual([401, "Bad credentials"]);
  });

  test("goes with both schemes", async () => {
    const authorization = `token ${await mint(sandbox, globex)}`;
    const { status } = await api(sandbox, "GET /installation/repositories", {
      headers: { authorization },
    });
    expect(status).toBe(200);
  });

  test("is minted and used by Octokit", async () => {
    const octokit = await appOf(sandbox).getInstallationOctokit(globex);
    const { data } = await octokit.rest.repos.get({ owner: "globex", repo: "hammock-district" });
    expect(data).toMatchObject({ full_name: "globex/hammock-district", private: true });
  });
});
