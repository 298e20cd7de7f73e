import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBodyJudge } from "@layers/github-openapi";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { acmeCorp, asAcmeCorp, ask, installationsOf } from "./enterprise-harness.ts";
import { api, installUrl, jwtOf, mint, openBrowser, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const tea = installationsOf("acme-tea");
const all = { client_id: sandbox.app.clientId, repository_selection: "all" };

async function admin(route: string, body?: object) {
  const [method = "", path = ""] = route.split(" ");
  const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

describe("The App's installation on an enterprise", () => {
  test.each(["acme-corp", "Acme-Corp", "30617"])("is found by %s", async (enterprise) => {
    const token = await jwtOf(sandbox);
    const route = `GET /enterprises/${enterprise}/installation`;
    const { status, body } = await ask(sandbox, route, { token });
    expect([status, body.id]).toEqual([200, acmeCorp]);
  });

  test("has an account with neither login nor type", async () => {
    const token = await jwtOf(sandbox);
    const { body } = await api(sandbox, `GET /app/installations/${acmeCorp}`, { token });
    expect(body).toMatchObject({
      account: { id: 30617, slug: "acme-corp", name: "Acme Corporation" },
      target_type: "Enterprise",
      target_id: 30617,
      permissions: {
        enterprise_organization_installations: "write",
        enterprise_organization_installation_repositories: "write",
      },
      html_url: `${sandbox.url}/enterprises/acme-corp/settings/installations/${acmeCorp}`,
    });
    expect(body.account).not.toHaveProperty("login");
    expect(body.account).not.toHaveProperty("type");
  });

  test.each(["GET /app", "GET /app/installations"])("is in what %s answers", async (route) => {
    const { status, body } = await api(sandbox, route, { token: await jwtOf(sandbox) });
    const judge = createBodyJudge();
    const path = route.replace("GET ", "");
    expect(judge({ edition: "api.github.com", method: "GET", path, status, body })).toEqual([]);
    expect(JSON.stringify(body)).toContain("enterprise_organization_installations");
  });

  test.each(["globex", "nobody", "1"])("is not found by %s", async (enterprise) => {
    const token = await jwtOf(sandbox);
    const route = `GET /enterprises/${enterprise}/installation`;
    expect((await ask(sandbox, route, { token })).status).toBe(404);
  });

  test("is suspended and uninstalled by the App too", async () => {
    const token = await jwtOf(sandbox);
    const route = `/app/installations/${acmeCorp}`;
    expect((await api(sandbox, `PUT ${route}/suspended`, { token })).status).toBe(204);
    expect(sandbox.world.enterprise("acme-corp").installation?.suspended).toBe(true);
    const minting = await api(sandbox, `POST ${route}/access_tokens`, { token });
    expect(minting.status).toBe(403);
    expect((await api(sandbox, `DELETE ${route}`, { token })).status).toBe(204);
    expect((await api(sandbox, `GET ${route}`, { token })).status).toBe(404);
    expect(sandbox.world.enterprise("acme-corp").installation).toBeNull();
  });

  test("counts among the App's", async () => {
    const { body } = await api(sandbox, "GET /app", { token: await jwtOf(sandbox) });
    expect(body.installations_count).toBe(2);
  });

  test("asks of an organization nothing that only an enterprise can grant", async () => {
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(installUrl(sandbox));
    await owner.click("acme-tea");
    expect(owner.text).toContain("access to contents");
    expect(owner.text).not.toContain("access to enterprise");
  });

  test("is no person's to see, and grants nothing on the organizations", async () => {
    const { accessToken: token } = sandbox.world.authorize("octo-admin");
    const { body } = await api(sandbox, "GET /user/installations", { token });
    expect(body.installations).toEqual([]);
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/organizations/acme-tea/settings/installations`);
    expect(owner.text).not.toContain("Configure");
  });
});

describe("A state file", () => {
  test("keeps enterprises, their installations and tokens, and new ids", async () => {
    const directory = await mkdtemp(join(tmpdir(), "github-sandbox-"));
    const start = () => startSandbox({}, { stateFile: join(directory, "state.json") });
    const first = await start();
    const token = await mint(first, acmeCorp);
    const { body: installed } = await asAcmeCorp(first)(`POST ${tea}`, all);
    const created = first.world.createEnterprise({ slug: "umbrella", organizations: 2 });
    await first.close();

    const second = await start();
    const listed = await ask(second, `GET /enterprises/acme-corp/apps${tea}`, { token });
    expect(listed.body).toMatchObject([{ id: installed.id, client_id: second.app.clientId }]);
    expect(second.world.enterprise("umbrella")).toEqual(created);
    const { id } = second.world.createOrganization({ login: "late", enterprise: "umbrella" });
    expect(id).toBeGreaterThan(created.id);
    await second.close();
    await rm(directory, { recursive: true });
  });
});

describe("The log of changes", () => {
  test("tells which request did what, and nothing of those that did nothing", async () => {
    const call = asAcmeCorp(sandbox);
    const selection = { ...all, repository_selection: "selected", repositories: ["kettle"] };
    const { body, headers } = await call(`POST ${tea}`, selection);
    await call(`POST ${tea}`, selection);
    const repositories = `${tea}/${body.id}/repositories`;
    for (const _ of [1, 2])
      await call(`PATCH ${repositories}/add`, { repositories: ["matcha-api"] });
    await call(`DELETE ${tea}/${body.id}`);
    const target = {
      installationId: body.id,
      account: "acme-tea",
      clientId: sandbox.app.clientId,
    };
    const below = `/api/v3/enterprises/acme-corp/apps`;
    expect((await admin("GET /changes")).body).toMatchObject([
      {
        ...target,
        kind: "install",
        selection: "selected",
        added: ["kettle"],
        request: {
          method: "POST",
          path: `${below}${tea}`,
          id: headers.get("x-github-request-id"),
        },
      },
      {
        ...target,
        kind: "select_repositories",
        added: ["matcha-api"],
        request: { method: "PATCH", path: `${below}${repositories}/add` },
      },
      { ...target, kind: "uninstall", removed: ["kettle", "matcha-api"] },
    ]);
    expect(sandbox.requests().filter(({ path }) => path.endsWith("/add"))).toHaveLength(2);
    expect((await admin("DELETE /changes")).status).toBe(204);
    expect(sandbox.changes()).toEqual([]);
  });

  test("tells pages from calls, and has no request for what happened in process", async () => {
    sandbox.world.install("acme-tea");
    const owner = await openBrowser(sandbox, "octo-admin");
    const path = "/organizations/acme-tea/settings/installations/50291845";
    await owner.visit(`${sandbox.url}${path}`);
    await owner.click("Uninstall");
    expect(sandbox.changes()).toMatchObject([
      { kind: "install", request: null },
      { kind: "uninstall", request: { method: "POST", path, id: null } },
    ]);
    sandbox.reset();
    expect(sandbox.changes()).toEqual([]);
  });
});

describe("Over /_sandbox/", () => {
  test("enterprises, organizations and repositories are created", async () => {
    const wanted = { slug: "Umbrella", organizations: 2, repositoriesEach: 3 };
    const created = await admin("POST /enterprises", wanted);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      slug: "umbrella",
      organizations: ["Umbrella-1", "Umbrella-2"],
      installation: { suspended: false },
    });
    const labs = { login: "umbrella-labs", enterprise: "umbrella", owner: "octocat" };
    expect((await admin("POST /organizations", labs)).status).toBe(201);
    const repository = { organization: "umbrella-labs", name: "hive" };
    expect((await admin("POST /repositories", repository)).body).toMatchObject({ name: "hive" });
    const { body: state } = await admin("GET /state");
    expect(state.enterprises[1]).toMatchObject({
      id: created.body.id,
      organizations: ["Umbrella-1", "Umbrella-2", "umbrella-labs"],
    });
    expect(state.accounts).toContainEqual(
      expect.objectContaining({ login: "umbrella-labs", repositories: 1 }),
    );
    expect(state.memberships).toContainEqual({
      organization: "umbrella-labs",
      user: "octocat",
      role: "admin",
      state: "active",
    });
  });

  test("the installation on an enterprise comes and goes", async () => {
    await admin("POST /enterprises", { slug: "umbrella", installed: false });
    const after = async (action: string) =>
      (await admin("POST /enterprises/umbrella/installation", { action })).body.installation;
    expect(await after("install")).toMatchObject({ suspended: false });
    expect(await after("suspend")).toMatchObject({ suspended: true });
    expect(await after("unsuspend")).toMatchObject({ suspended: false });
    expect(await after("uninstall")).toBeNull();
  });

  test.each([
    ["POST /enterprises", { slug: "acme-corp" }],
    ["POST /enterprises/umbrella/installation", { action: "install" }],
    ["POST /enterprises/acme-corp/installation", { action: "install" }],
    ["POST /organizations", { login: "acme-tea" }],
    ["POST /organizations", { login: "labs", enterprise: "umbrella" }],
    ["POST /organizations", { login: "labs", owner: "nobody" }],
    ["POST /repositories", { organization: "acme-tea", name: "kettle" }],
    ["POST /repositories", { organization: "nobody", name: "kettle" }],
  ])("%s with %j is 409", async (route, body) => {
    const refused = await admin(route, body);
    expect(refused.status).toBe(409);
    expect(refused.body.message).toMatch(/There is|already/);
  });

  test.each([
    ["POST /enterprises", { slug: "a/b" }],
    ["POST /enterprises", { slug: "umbrella", organizations: 1001 }],
    ["POST /enterprises/acme-corp/installation", { action: "forget" }],
    ["POST /organizations", {}],
    ["POST /repositories", { organization: "acme-tea" }],
  ])("%s with %j is 400", async (route, body) => {
    expect((await admin(route, body)).status).toBe(400);
  });
});
