import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  acmeCorp,
  asAcmeCorp,
  brewBuilds,
  changesOf,
  installationsOf,
  namesIn,
  orgChart,
} from "./enterprise-harness.ts";
import { api, appOf, installUrl, jwtOf, mint, openBrowser, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const call = asAcmeCorp(sandbox);
const tea = installationsOf("acme-tea");
const all = { client_id: sandbox.app.clientId, repository_selection: "all" };
const selected = (...repositories: string[]) => ({
  client_id: sandbox.app.clientId,
  repository_selection: "selected",
  repositories,
});

describe("Installing an App on an organization", () => {
  test("answers 201 with the installation that the App itself sees", async () => {
    const { status, body } = await call(`POST ${tea}`, selected("kettle", "MATCHA-api"));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      account: { login: "acme-tea", type: "Organization" },
      target_type: "Organization",
      client_id: sandbox.app.clientId,
      app_slug: "layers-connector",
      repository_selection: "selected",
    });
    expect(body.permissions).not.toHaveProperty("enterprise_organization_installations");
    const token = await jwtOf(sandbox);
    const own = await api(sandbox, `GET /app/installations/${body.id}`, { token });
    expect(own.body).toEqual(body);
    const reached = await api(sandbox, "GET /installation/repositories", {
      token: await mint(sandbox, body.id),
    });
    expect(namesIn(reached.body.repositories)).toEqual(["kettle", "matcha-api"]);
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/organizations/acme-tea/settings/installations/${body.id}`);
    expect(owner.title).toContain("Layers Connector on acme-tea");
  });

  test("answers 200 for what is there already, and leaves its repositories alone", async () => {
    const first = await call(`POST ${tea}`, selected("kettle"));
    const again = await call(`POST ${tea}`, all);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(changesOf(sandbox)).toEqual(["install"]);
  });

  test("lifts a suspension", async () => {
    const { id } = sandbox.world.install("acme-tea");
    sandbox.world.suspend("acme-tea");
    const { status, body } = await call(`POST ${tea}`, all);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, suspended_at: null });
    expect(changesOf(sandbox)).toEqual(["unsuspend"]);
  });

  test("approves what members have asked for", async () => {
    const member = await openBrowser(sandbox, "octo-member");
    await member.visit(installUrl(sandbox));
    await member.click("acme-coffee");
    await member.click("Request");
    const { status } = await call(`POST ${installationsOf("acme-coffee")}`, all);
    expect(status).toBe(201);
    const token = await jwtOf(sandbox);
    expect((await api(sandbox, "GET /app/installation-requests", { token })).body).toEqual([]);
  });

  test("accepts what the App has come to ask for", async () => {
    await using own = await startSandbox();
    own.world.install("acme-tea", { repositories: ["kettle"] });
    const permissions = { metadata: "read", contents: "write", issues: "write" } as const;
    own.configureApp({ permissions });
    const { status, body } = await asAcmeCorp(own)(`POST ${tea}`, all);
    expect(status).toBe(200);
    expect(body).toMatchObject({ permissions, repository_selection: "selected" });
    expect(changesOf(own)).toEqual(["accept_permissions"]);
  });

  test("gives the listed repositories when the App used none before", async () => {
    await using own = await startSandbox();
    const { permissions } = (await api(own, "GET /app", { token: await jwtOf(own) })).body;
    own.configureApp({ permissions: { members: "read" } });
    own.world.install("acme-tea");
    own.configureApp({ permissions });
    const { status, body } = await asAcmeCorp(own)(`POST ${tea}`, selected("kettle"));
    expect([status, body.repository_selection]).toEqual([200, "selected"]);
    const listed = await asAcmeCorp(own)(`GET ${tea}/${body.id}/repositories`);
    expect(namesIn(listed.body)).toEqual(["kettle"]);
    expect(changesOf(own)).toEqual(["accept_permissions", "select_repositories"]);
  });

  test("takes any App, which is not ours to see", async () => {
    const { status, body } = await call(`POST ${tea}`, { ...all, client_id: brewBuilds });
    expect(status).toBe(201);
    expect(body).toMatchObject({ client_id: brewBuilds, app_slug: "brew-builds" });
    const token = await jwtOf(sandbox);
    const seen = await api(sandbox, `GET /app/installations/${body.id}`, { token });
    expect(seen.status).toBe(404);
    const minted = `POST /app/installations/${body.id}/access_tokens`;
    expect((await api(sandbox, minted, { token })).status).toBe(404);
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/organizations/acme-tea/settings/installations`);
    expect(owner.text).toContain("Brew Builds");
  });

  test("shows any App to the organization's owner", async () => {
    await using own = await startSandbox({
      permissions: {
        organization_administration: "read",
        enterprise_organization_installations: "write",
      },
    });
    own.world.install("acme-tea");
    await asAcmeCorp(own)(`POST ${tea}`, { ...all, client_id: brewBuilds });
    const { accessToken: token } = own.world.authorize("octo-admin");
    const { body } = await api(own, "GET /orgs/acme-tea/installations", { token });
    expect(body).toMatchObject({
      total_count: 2,
      installations: [{ app_slug: "layers-connector" }, { app_slug: "brew-builds" }],
    });
  });

  test("takes `none` for an App without repository permissions alone", async () => {
    const none = { client_id: orgChart, repository_selection: "none" };
    const { status, body } = await call(`POST ${tea}`, none);
    expect([status, body.repository_selection]).toEqual([201, "selected"]);
    expect((await call(`GET ${tea}/${body.id}/repositories`)).body).toEqual([]);
    expect((await call(`POST ${tea}`, none)).status).toBe(200);
    expect((await call(`POST ${tea}`, { ...none, client_id: brewBuilds })).status).toBe(422);
  });

  const fifty = Array.from({ length: 50 }, (_, index) => `repository-${index + 1}`);

  test("takes fifty repositories", async () => {
    sandbox.world.createOrganization({ login: "large", repositories: 51, enterprise: "acme-corp" });
    const { status, body } = await call(`POST ${installationsOf("large")}`, selected(...fifty));
    expect(status).toBe(201);
    const listed = await call(
      `GET ${installationsOf("large")}/${body.id}/repositories?per_page=100`,
    );
    expect(listed.body).toHaveLength(50);
  });

  test.each<[string, object, string]>([
    ["no client_id", { repository_selection: "all" }, `"client_id" wasn't supplied`],
    ["a client_id that is no text", { ...all, client_id: 1 }, "client_id"],
    ["an unknown App", { ...all, client_id: "Iv23liNobodyKnowsIt0" }, "client_id"],
    ["no selection", { client_id: brewBuilds }, `"repository_selection" wasn't supplied`],
    ["another selection", { ...all, repository_selection: "some" }, "a member of [all, selected"],
    ["`selected` without repositories", { ...selected(), repositories: undefined }, "repositories"],
    ["`selected` with an empty list", selected(), "At least one repository"],
    ["repositories that are no list", { ...selected(), repositories: "kettle" }, "an array"],
    ["a name that is no text", { ...selected(), repositories: [1] }, "a string"],
    [
      "`all` with a list",
      { ...selected("kettle"), repository_selection: "all" },
      "No repositories",
    ],
    [
      "`none` with a list",
      { client_id: orgChart, repository_selection: "none", repositories: ["kettle"] },
      "No repositories",
    ],
    ["a name with its owner", selected("acme-tea/kettle"), "does not exist"],
    ["a good name beside an unknown one", selected("kettle", "nothing"), "does not exist"],
    ["a repository of another organization", selected("espresso-api"), "does not exist"],
    ["fifty-one names", selected(...fifty, "one-more"), "No more than 50 items"],
    [
      "repositories for an App that uses none",
      { ...selected("kettle"), client_id: orgChart },
      "does not use repository permissions",
    ],
  ])("is refused for %s, and nothing is installed", async (_case, body, message) => {
    const refused = await call(`POST ${tea}`, body);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(message);
    expect(refused.body.documentation_url).toContain(
      "enterprise-admin/organization-installations#install-a-github-app",
    );
    expect(sandbox.changes()).toEqual([]);
  });
});

describe("Uninstalling an App from an organization", () => {
  test("ends the installation and its tokens for everybody", async () => {
    const { id } = sandbox.world.install("acme-tea");
    const token = await mint(sandbox, id);
    expect((await call(`DELETE ${tea}/${id}`)).status).toBe(204);
    expect((await api(sandbox, "GET /installation/repositories", { token })).status).toBe(401);
    expect(sandbox.world.installation("acme-tea")).toBeUndefined();
    expect((await call(`DELETE ${tea}/${id}`)).status).toBe(404);
    expect(changesOf(sandbox)).toEqual(["uninstall"]);
  });

  test("takes any App's", async () => {
    const { body } = await call(`POST ${tea}`, { ...all, client_id: brewBuilds });
    expect((await call(`DELETE ${tea}/${body.id}`)).status).toBe(204);
    expect((await call(`GET ${tea}`)).body).toEqual([]);
  });

  test("is 404 for what is elsewhere: on another organization, outside, on the enterprise", async () => {
    const { id } = sandbox.world.install("acme-coffee");
    for (const other of [id, 50291001, acmeCorp, "first"])
      expect((await call(`DELETE ${tea}/${other}`)).status).toBe(404);
    expect(changesOf(sandbox)).toEqual([]);
  });
});

test("A real Octokit installs, changes and uninstalls", async () => {
  const octokit = await appOf(sandbox).getInstallationOctokit(acmeCorp);
  const where = { enterprise: "acme-corp", org: "acme-tea" };
  const path = "/enterprises/{enterprise}/apps/organizations/{org}/installations";
  const { data } = await octokit.request(`POST ${path}`, {
    ...where,
    client_id: sandbox.app.clientId,
    repository_selection: "selected",
    repositories: ["kettle"],
  });
  const one = { ...where, installation_id: data.id };
  const added = await octokit.request(`PATCH ${path}/{installation_id}/repositories/add`, {
    ...one,
    repositories: ["leaf-prices"],
  });
  expect(namesIn(added.data)).toEqual(["leaf-prices"]);
  const { status } = await octokit.request(`DELETE ${path}/{installation_id}`, one);
  expect(status).toBe(204);
  await expect(octokit.request(`DELETE ${path}/{installation_id}`, one)).rejects.toMatchObject({
    status: 404,
  });
});
