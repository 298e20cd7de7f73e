import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  acmeCorp,
  asAcmeCorp,
  ask,
  brewBuilds,
  installationsOf,
  namesIn,
} from "./enterprise-harness.ts";
import { appOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const call = asAcmeCorp(sandbox);
const organizations = "/installable_organizations";

describe("The organizations of an enterprise", () => {
  test("are those that it owns, with the address of their repositories", async () => {
    const { status, body } = await call(`GET ${organizations}`);
    expect(status).toBe(200);
    const base = `${sandbox.apiUrl}/enterprises/acme-corp/apps/installable_organizations`;
    expect(body).toEqual([
      {
        id: 9919101,
        login: "acme-coffee",
        accessible_repositories_url: `${base}/acme-coffee/accessible_repositories`,
      },
      {
        id: 9919103,
        login: "acme-tea",
        accessible_repositories_url: `${base}/acme-tea/accessible_repositories`,
      },
    ]);
  });

  test("are found by the enterprise's slug, in any case, and by its id", async () => {
    const token = await mint(sandbox, acmeCorp);
    for (const enterprise of ["acme-corp", "ACME-Corp", "30617"]) {
      const route = `GET /enterprises/${enterprise}/apps/installable_organizations`;
      const { status, body } = await ask(sandbox, route, { token });
      expect([status, body.length]).toEqual([200, 2]);
    }
  });

  test("come page by page, more than fifty of them too, in a real Octokit", async () => {
    const { installation } = sandbox.world.createEnterprise({
      slug: "many",
      organizations: 53,
      repositoriesEach: 2,
    });
    const octokit = await appOf(sandbox).getInstallationOctokit(installation?.id ?? 0);
    const route = "GET /enterprises/{enterprise}/apps/installable_organizations";
    const first = await octokit.request(route, { enterprise: "many", per_page: 20 });
    expect(first.data).toHaveLength(20);
    expect(first.headers.link).toContain('rel="last"');
    const all = await octokit.paginate(route, { enterprise: "many", per_page: 20 });
    const logins = (all as { login: string }[]).map(({ login }) => login);
    expect(new Set(logins).size).toBe(53);
    const repositories = await octokit.paginate(
      "GET /enterprises/{enterprise}/apps/installable_organizations/{org}/accessible_repositories",
      { enterprise: "many", org: "many-53" },
    );
    expect(namesIn(repositories)).toEqual(["repository-1", "repository-2"]);
  });
});

describe("The repositories of an organization", () => {
  test("are all of them, in a short form, whatever is installed", async () => {
    const { body, headers } = await call(`GET ${organizations}/acme-tea/accessible_repositories`);
    expect(body[0]).toEqual({ id: 704000001, name: "kettle", full_name: "acme-tea/kettle" });
    expect(body).toHaveLength(4);
    expect(headers.get("link")).toBeNull();
  });

  test("come page by page, and the organization is found in any case", async () => {
    const route = `GET ${organizations}/ACME-Coffee/accessible_repositories`;
    const { body, headers } = await call(`${route}?per_page=100&page=3`);
    expect(body).toHaveLength(40);
    expect(headers.get("link")).toContain('rel="prev"');
  });
});

describe("The Apps of an organization", () => {
  test("are flat, whoever owns them, and the address of their repositories works", async () => {
    const own = sandbox.world.install("acme-tea", { repositories: ["kettle"] });
    const choice = { repository_selection: "all" };
    await call(`POST ${installationsOf("acme-tea")}`, { client_id: brewBuilds, ...choice });
    const { status, body } = await call(`GET ${installationsOf("acme-tea")}`);
    expect(status).toBe(200);
    const base = `${sandbox.apiUrl}/enterprises/acme-corp/apps/organizations/acme-tea/installations`;
    expect(body).toMatchObject([
      {
        id: own.id,
        app_slug: "layers-connector",
        client_id: sandbox.app.clientId,
        repository_selection: "selected",
        repositories_url: `${base}/${own.id}/repositories`,
        permissions: { contents: "write" },
      },
      { app_slug: "brew-builds", client_id: brewBuilds, repository_selection: "all" },
    ]);
    const path = String(body[0].repositories_url).replace(sandbox.apiUrl, "");
    const token = await mint(sandbox, acmeCorp);
    const listed = await ask(sandbox, `GET ${path}`, { token });
    expect(namesIn(listed.body)).toEqual(["kettle"]);
  });

  test("are none at first, and come page by page", async () => {
    expect((await call(`GET ${installationsOf("acme-tea")}`)).body).toEqual([]);
    sandbox.world.install("acme-tea");
    const choice = { client_id: brewBuilds, repository_selection: "all" };
    await call(`POST ${installationsOf("acme-tea")}`, choice);
    const { body, headers } = await call(`GET ${installationsOf("acme-tea")}?per_page=1`);
    expect(body).toHaveLength(1);
    expect(headers.get("link")).toContain('rel="next"');
  });
});

describe("The repositories of an installation", () => {
  test("are those that it reaches, page by page", async () => {
    const { id } = sandbox.world.install("acme-coffee");
    const route = `GET ${installationsOf("acme-coffee")}/${id}/repositories`;
    const { body, headers } = await call(`${route}?per_page=100`);
    expect(body).toHaveLength(100);
    expect(headers.get("link")).toContain("page=3");
  });
});
