import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

async function acmeToken() {
  return mint(sandbox, sandbox.world.install("acme-coffee").id);
}

const relations = (link: string | null) =>
  Object.fromEntries(
    [...(link ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url = "", rel = ""]) => [
      rel,
      new URL(url).searchParams.get("page"),
    ]),
  );

describe("The repositories of an installation", () => {
  test("are all 240 when Octokit pages to the end", async () => {
    const { id } = sandbox.world.install("acme-coffee");
    const octokit = await appOf(sandbox).getInstallationOctokit(id);
    const repositories = await octokit.paginate("GET /installation/repositories", {
      per_page: 100,
    });
    expect(repositories).toHaveLength(240);
    expect(new Set(repositories.map((repository) => repository.full_name)).size).toBe(240);
  });

  test("come 30 at a time, with links as GitHub gives them", async () => {
    const token = await acmeToken();
    const page = (query: string) =>
      api(sandbox, `GET /installation/repositories${query}`, { token });
    const first = await page("");
    expect(first.body.repositories).toHaveLength(30);
    expect(first.body.total_count).toBe(240);
    expect(relations(first.headers.get("link"))).toEqual({ next: "2", last: "8" });
    const middle = await page("?page=3&per_page=50");
    expect(relations(middle.headers.get("link"))).toEqual({
      prev: "2",
      next: "4",
      last: "5",
      first: "1",
    });
    expect(middle.headers.get("link")).toContain(`<${sandbox.apiUrl}/installation/repositories?`);
    expect(middle.headers.get("link")).toContain("per_page=50");
    const last = await page("?page=8");
    expect(relations(last.headers.get("link"))).toEqual({ prev: "7", first: "1" });
    const beyond = await page("?page=99");
    expect(beyond.body.repositories).toEqual([]);
    expect(relations(beyond.headers.get("link"))).toMatchObject({ prev: "8", first: "1" });
  });

  test.each([
    ["?per_page=1000", 100],
    ["?per_page=0", 30],
    ["?per_page=many", 30],
    ["?page=-1", 30],
  ])("take %s as a page of %i", async (query, count) => {
    const { body } = await api(sandbox, `GET /installation/repositories${query}`, {
      token: await acmeToken(),
    });
    expect(body.repositories).toHaveLength(count);
  });

  test("have no links when they fit on one page", async () => {
    const token = await mint(sandbox, 50291001);
    const { headers, body } = await api(sandbox, "GET /installation/repositories", { token });
    expect(body.repositories).toHaveLength(5);
    expect(headers.get("link")).toBeNull();
  });

  test("are the selected ones", async () => {
    const names = ["kiosk-web", "espresso-api"];
    const { id } = sandbox.world.install("acme-coffee", { repositories: names });
    const token = await mint(sandbox, id);
    const { body } = await api(sandbox, "GET /installation/repositories", { token });
    expect(body).toMatchObject({ total_count: 2, repository_selection: "selected" });
    const listed = (body.repositories as { name: string }[]).map(({ name }) => name);
    expect(listed.toSorted()).toEqual(names.toSorted());
  });

  test("are refused to a user token and to nobody", async () => {
    const { accessToken } = sandbox.world.authorize("octo-admin");
    const refused = await api(sandbox, "GET /installation/repositories", { token: accessToken });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    );
    const anonymous = await api(sandbox, "GET /installation/repositories");
    expect([anonymous.status, anonymous.body.message]).toEqual([401, "Requires authentication"]);
  });
});

describe("One repository", () => {
  const status = async (path: string, token?: string) =>
    (await api(sandbox, `GET /repos/${path}`, { token })).status;

  test("is visible to its own installation's token", async () => {
    const token = await mint(sandbox, 50291001);
    expect(await status("globex/hammock-district", token)).toBe(200);
    expect(await status("GLOBEX/Hammock-District", token)).toBe(200);
  });

  test("is hidden as 404 when private and outside the token, and visible when public", async () => {
    const token = await mint(sandbox, 50291001, { repositories: ["rocket"] });
    expect(await status("globex/hammock-district", token)).toBe(404);
    expect(await status("acme-coffee/espresso-worker", token)).toBe(404);
    expect(await status("acme-coffee/espresso-api", token)).toBe(200);
    expect(await status("acme-coffee/nothing", token)).toBe(404);
  });

  test("is visible to a person's token where App and person both reach it", async () => {
    const member = sandbox.world.authorize("octo-member").accessToken;
    const stranger = sandbox.world.authorize("octocat").accessToken;
    expect(await status("acme-coffee/espresso-worker", member)).toBe(404);
    sandbox.world.install("acme-coffee");
    expect(await status("acme-coffee/espresso-worker", member)).toBe(200);
    expect(await status("acme-coffee/espresso-worker", stranger)).toBe(404);
    sandbox.world.suspend("acme-coffee");
    expect(await status("acme-coffee/espresso-worker", member)).toBe(404);
  });

  test("is visible to nobody unless it is public", async () => {
    expect(await status("acme-coffee/espresso-api")).toBe(200);
    expect(await status("acme-coffee/espresso-worker")).toBe(404);
  });
});
