import { afterAll, beforeEach, expect, test } from "vitest";
import { api, appOf, complaints, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
const { world } = sandbox;
const globex = 50291001;

beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

/** Where a GET leads, redirects not followed. */
async function ask(path: string, token: string) {
  const response = await fetch(`${sandbox.apiUrl}${path}`, {
    headers: { authorization: `Bearer ${token}`, "user-agent": "tests" },
    redirect: "manual",
  });
  const location = response.headers.get("location")?.replace(sandbox.apiUrl, "") ?? null;
  return { status: response.status, location, body: JSON.parse(await response.text()) };
}

const moves = {
  "was renamed": () => world.renameRepository("globex/rocket", "shuttle"),
  "has an owner that was renamed": () => world.renameAccount("globex", "globex-worldwide"),
  "was transferred": () => {
    world.install("octocat");
    world.transferRepository("globex/rocket", "octocat");
  },
};

test.each(Object.entries(moves))("A repository that %s is found by its id", async (_how, move) => {
  const installationToken = await mint(sandbox, globex);
  const { id } = (await ask("/repos/globex/rocket", installationToken)).body;
  move();
  const moved = await ask("/repos/globex/rocket", installationToken);
  expect(moved).toMatchObject({ status: 301, location: `/repositories/${id}` });
  expect(moved.body.message).toBe("Moved Permanently");
  const jwt = await jwtOf(sandbox);
  const installation = await ask("/repos/globex/rocket/installation", jwt);
  const location = `/repositories/${id}/installation`;
  expect(installation).toMatchObject({ status: 301, location });
  const { status, body } = await ask(location, jwt);
  expect(complaints("GET /repos/globex/rocket/installation", { status, body })).toEqual([]);
});

test("Octokit follows to where a repository is now", async () => {
  world.renameRepository("globex/rocket", "shuttle");
  const octokit = await appOf(sandbox).getInstallationOctokit(globex);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}", {
    owner: "globex",
    repo: "rocket",
  });
  expect(data.full_name).toBe("globex/shuttle");
});

test("A private one leads nobody anywhere who may not see it", async () => {
  world.privatizeRepository("globex/rocket");
  world.renameRepository("globex/rocket", "shuttle");
  world.install("octocat");
  const stranger = world.authorize("octocat").accessToken;
  expect((await ask("/repos/globex/rocket", stranger)).status).toBe(404);
});

test("A former name belongs to whoever takes it, and to nobody when all is gone", async () => {
  world.renameRepository("globex/rocket", "shuttle");
  world.createRepository("globex", "rocket");
  const token = await mint(sandbox, globex);
  expect(await ask("/repos/globex/rocket", token)).toMatchObject({ status: 200 });
  world.deleteRepository("globex/rocket");
  expect((await ask("/repos/globex/rocket", token)).status).toBe(301);
  world.deleteRepository("globex/shuttle");
  expect((await ask("/repos/globex/rocket", token)).status).toBe(404);
  expect((await api(sandbox, "GET /repositories/1", { token })).status).toBe(404);
});
