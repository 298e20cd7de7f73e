import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { asAcmeCorp, changesOf, installationsOf, namesIn, orgChart } from "./enterprise-harness.ts";
import { api, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
let id = 0;
beforeEach(() => {
  sandbox.reset();
  ({ id } = sandbox.world.install("acme-tea", { repositories: ["kettle", "matcha-api"] }));
});
afterAll(() => sandbox.close());

const call = asAcmeCorp(sandbox);
const tea = installationsOf("acme-tea");
const change = (path: "" | "/add" | "/remove", body: object) =>
  call(`PATCH ${tea}/${id}/repositories${path}`, body);
const reached = async () => namesIn((await call(`GET ${tea}/${id}/repositories`)).body);

describe("Setting the repositories of an installation", () => {
  test("replaces them, and its tokens reach the new ones", async () => {
    const token = await mint(sandbox, id);
    const body = { repository_selection: "selected", repositories: ["leaf-prices"] };
    const { status, body: installation } = await change("", body);
    expect(status).toBe(200);
    expect(installation).toMatchObject({ id, repository_selection: "selected" });
    const listed = await api(sandbox, "GET /installation/repositories", { token });
    expect(namesIn(listed.body.repositories)).toEqual(["leaf-prices"]);
    expect(sandbox.changes().at(-1)).toMatchObject({
      kind: "select_repositories",
      added: ["leaf-prices"],
      removed: ["kettle", "matcha-api"],
    });
  });

  test("opens all of them", async () => {
    const { status, body } = await change("", { repository_selection: "all" });
    expect([status, body.repository_selection]).toEqual([200, "all"]);
    expect(await reached()).toHaveLength(4);
  });

  test("to what they are already changes nothing", async () => {
    const body = { repository_selection: "selected", repositories: ["matcha-api", "kettle"] };
    expect((await change("", body)).status).toBe(200);
    expect(changesOf(sandbox)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["`none`", { repository_selection: "none" }, "a member of [all, selected]"],
    ["no selection", { repositories: ["kettle"] }, `"repository_selection" wasn't supplied`],
    ["`selected` without a list", { repository_selection: "selected" }, "wasn't supplied"],
    ["an empty list", { repository_selection: "selected", repositories: [] }, "At least one"],
    ["`all` with a list", { repository_selection: "all", repositories: ["kettle"] }, "No repos"],
    ["an unknown name", { repository_selection: "selected", repositories: ["x"] }, "not exist"],
  ])("is refused for %s", async (_case, body, message) => {
    const refused = await change("", body);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(message);
    expect(changesOf(sandbox)).toEqual([]);
  });
});

describe("Adding repositories to an installation", () => {
  test("answers those that were asked for, and adds none twice", async () => {
    const { status, body } = await change("/add", { repositories: ["Kettle", "leaf-prices"] });
    expect(status).toBe(200);
    expect(namesIn(body)).toEqual(["kettle", "leaf-prices"]);
    expect(await reached()).toEqual(["kettle", "leaf-prices", "matcha-api"]);
    expect((await change("/add", { repositories: ["leaf-prices"] })).status).toBe(200);
    expect(sandbox.changes().filter(({ request }) => request)).toMatchObject([
      { kind: "select_repositories", added: ["leaf-prices"], removed: [] },
    ]);
  });

  test("takes a name that comes twice once", async () => {
    const { body } = await change("/add", { repositories: ["leaf-prices", "Leaf-Prices"] });
    expect(namesIn(body)).toEqual(["leaf-prices"]);
    expect(await reached()).toEqual(["kettle", "leaf-prices", "matcha-api"]);
  });

  test("changes nothing where all are granted", async () => {
    await change("", { repository_selection: "all" });
    const { status } = await change("/add", { repositories: ["kettle"] });
    expect(status).toBe(200);
    expect(changesOf(sandbox)).toEqual(["select_repositories"]);
  });
});

describe("Removing repositories from an installation", () => {
  test("answers those that were lost", async () => {
    const { status, body } = await change("/remove", { repositories: ["kettle", "leaf-prices"] });
    expect(status).toBe(200);
    expect(body).toEqual([{ id: 704000001, name: "kettle", full_name: "acme-tea/kettle" }]);
    expect(await reached()).toEqual(["matcha-api"]);
  });

  test("is refused for the last one, in one step or two", async () => {
    const refused = await change("/remove", { repositories: ["kettle", "matcha-api"] });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      status: "422",
      message:
        "Cannot remove the last repository from this installation. Uninstall this application instead.",
    });
    expect((await change("/remove", { repositories: ["kettle"] })).status).toBe(200);
    expect((await change("/remove", { repositories: ["matcha-api"] })).status).toBe(422);
    expect(await reached()).toEqual(["matcha-api"]);
  });

  test("is refused where all are granted", async () => {
    await change("", { repository_selection: "all" });
    const { status, body } = await change("/remove", { repositories: ["kettle"] });
    expect(status).toBe(422);
    expect(body.message).toContain("access to all repositories");
  });

  test("of one that was not granted changes nothing", async () => {
    const updatedAt = async () => (await call(`GET ${tea}`)).body[0].updated_at;
    const before = await updatedAt();
    sandbox.clock(60);
    const { status, body } = await change("/remove", { repositories: ["leaf-prices"] });
    expect([status, body]).toEqual([200, []]);
    expect(await updatedAt()).toBe(before);
    expect(changesOf(sandbox)).toEqual([]);
  });
});

const fiftyOne = Array.from({ length: 51 }, (_, index) => `repository-${index}`);

describe.each(["/add", "/remove"] as const)("PATCH …/repositories%s", (path) => {
  test.each<[string, object, string]>([
    ["no list", {}, `"repositories" wasn't supplied`],
    ["an empty list", { repositories: [] }, "At least one repository"],
    ["no list but a text", { repositories: "kettle" }, "an array"],
    ["more than fifty", { repositories: fiftyOne }, "No more than 50 items are allowed; 51"],
    ["a name with its owner", { repositories: ["acme-tea/kettle"] }, "does not exist"],
    ["an unknown name beside a good one", { repositories: ["kettle", "x"] }, "does not exist"],
  ])("is refused for %s, and nothing changes", async (_case, body, message) => {
    const refused = await change(path, body);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(message);
    expect(changesOf(sandbox)).toEqual([]);
  });

  test("is 404 for an installation that is not on the organization", async () => {
    for (const other of [50291001, 1])
      for (const target of [`${tea}/${other}`, `${installationsOf("acme-coffee")}/${id}`]) {
        const route = `PATCH ${target}/repositories${path}`;
        expect((await call(route, { repositories: ["kettle"] })).status).toBe(404);
      }
  });
});

test("An App without repository permissions cannot be given any", async () => {
  const none = { client_id: orgChart, repository_selection: "none" };
  const { body } = await call(`POST ${tea}`, none);
  const list = { repositories: ["kettle"] };
  const attempts = { "": { repository_selection: "all" }, "/add": list, "/remove": list };
  for (const [path, attempt] of Object.entries(attempts)) {
    const refused = await call(`PATCH ${tea}/${body.id}/repositories${path}`, attempt);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toBe(
      "This installation does not use repository permissions, so it cannot be given access to any repositories.",
    );
  }
});
