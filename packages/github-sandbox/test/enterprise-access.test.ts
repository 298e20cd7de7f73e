import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { acmeCorp, asAcmeCorp, ask, installationsOf } from "./enterprise-harness.ts";
import { api, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
let id = 0;
beforeEach(() => {
  sandbox.reset();
  ({ id } = sandbox.world.install("acme-tea", { repositories: ["kettle", "matcha-api"] }));
});
afterAll(() => sandbox.close());

const installations = "enterprise_organization_installations";
const repositories = "enterprise_organization_installation_repositories";
const install = { client_id: sandbox.app.clientId, repository_selection: "all" };
const tea = installationsOf("acme-tea");
const names = { repositories: ["kettle"] };

/** Method, path below `…/apps`, success, permission level, whether the narrower one will do, body. */
const routes: [string, () => string, number, "read" | "write", boolean, object?][] = [
  ["GET", () => "/installable_organizations", 200, "read", false],
  ["GET", () => "/installable_organizations/acme-tea/accessible_repositories", 200, "read", true],
  ["GET", () => tea, 200, "read", false],
  ["POST", () => tea, 200, "write", false, install],
  ["DELETE", () => `${tea}/${id}`, 204, "write", false],
  ["GET", () => `${tea}/${id}/repositories`, 200, "read", true],
  ["PATCH", () => `${tea}/${id}/repositories`, 200, "write", true, { repository_selection: "all" }],
  ["PATCH", () => `${tea}/${id}/repositories/add`, 200, "write", true, names],
  ["PATCH", () => `${tea}/${id}/repositories/remove`, 200, "write", true, names],
];

const others: [string, number, string, () => Promise<string | undefined>][] = [
  ["nobody", 401, "Requires authentication", async () => undefined],
  ["an App's JWT", 401, "Bad credentials", () => jwtOf(sandbox)],
  ["an unknown token", 401, "Bad credentials", async () => `ghs_${"0".repeat(36)}`],
  [
    "an organization's installation",
    403,
    "Resource not accessible by integration",
    () => mint(sandbox, id),
  ],
  [
    "the owner himself",
    403,
    "Resource not accessible by integration",
    async () => sandbox.world.authorize("octo-admin").accessToken,
  ],
  [
    "his own token",
    403,
    "Resource not accessible by personal access token",
    async () =>
      sandbox.world.createPersonalToken("octo-admin", { kind: "classic", scopes: ["repo"] }),
  ],
];

describe.each(routes)("%s %s", (...[method, path, success, access, narrower, body]) => {
  const route = (enterprise = "acme-corp", below = path()) =>
    `${method} /enterprises/${enterprise}/apps${below}`;
  const asked = body && { body };
  const call = asAcmeCorp(sandbox);

  test("tells the permissions that it takes", async () => {
    const { status, headers } = await call(`${method} ${path()}`, body);
    expect(status).toBe(success);
    const accepted = narrower
      ? `${repositories}=${access}; ${installations}=${access}`
      : `${installations}=${access}`;
    expect(headers.get("x-accepted-github-permissions")).toBe(accepted);
  });

  test.each(others)("refuses %s with %s %s", async (...[, status, message, tokenOf]) => {
    const refused = await ask(sandbox, route(), { token: await tokenOf(), ...asked });
    expect(refused.status).toBe(status);
    expect(refused.body).toMatchObject({ message, status: String(status) });
    expect(sandbox.changes().filter(({ request }) => request)).toEqual([]);
  });

  test("is for tokens with its permission", async () => {
    const answer = async (permissions: Record<string, string>) =>
      (await call(`${method} ${path()}`, body, permissions)).status;
    if (access === "write") {
      expect(await answer({ [installations]: "read", [repositories]: "read" })).toBe(403);
    }
    if (!narrower) expect(await answer({ [repositories]: "write" })).toBe(403);
    const sufficient = narrower ? repositories : installations;
    expect(await answer({ [sufficient]: access })).toBe(success);
  });

  test("is 404 for another enterprise, and for one that there is not", async () => {
    sandbox.world.createEnterprise({ slug: "umbrella" });
    const token = await mint(sandbox, acmeCorp);
    for (const enterprise of ["umbrella", "nobody", "9919101"])
      expect((await ask(sandbox, route(enterprise), { token, ...asked })).status).toBe(404);
  });

  if (path().includes("acme-tea"))
    test("is 404 for organizations outside", async () => {
      const token = await mint(sandbox, acmeCorp);
      for (const organization of ["globex", "octocat", "nobody"]) {
        const below = path().replace("acme-tea", organization);
        const { status } = await ask(sandbox, route("acme-corp", below), { token, ...asked });
        expect(status).toBe(404);
      }
    });

  test("is 403 while the installation on the enterprise is suspended", async () => {
    const token = await mint(sandbox, acmeCorp);
    sandbox.world.suspendOnEnterprise("acme-corp");
    const { status, body: refusal } = await ask(sandbox, route(), { token, ...asked });
    expect([status, refusal.message]).toEqual([403, "This installation has been suspended"]);
    sandbox.world.unsuspendOnEnterprise("acme-corp");
    expect((await ask(sandbox, route(), { token, ...asked })).status).toBe(success);
  });

  test("is 401 once it is uninstalled from the enterprise", async () => {
    const token = await mint(sandbox, acmeCorp);
    sandbox.world.uninstallFromEnterprise("acme-corp");
    expect((await ask(sandbox, route(), { token, ...asked })).status).toBe(401);
  });
});

describe("The token of an enterprise's installation", () => {
  test("reaches no repository and no member, and can be revoked", async () => {
    const token = await mint(sandbox, acmeCorp);
    for (const route of [
      "GET /installation/repositories",
      "GET /orgs/acme-tea/installations",
      "GET /orgs/acme-tea/memberships/octo-admin",
      "GET /user",
    ])
      expect((await api(sandbox, route, { token })).status).toBe(403);
    const hidden = await api(sandbox, "GET /repos/acme-coffee/espresso-worker", { token });
    expect(hidden.status).toBe(404);
    expect((await api(sandbox, "DELETE /installation/token", { token })).status).toBe(204);
    expect((await api(sandbox, "GET /rate_limit", { token })).status).toBe(401);
  });

  test("cannot be narrowed to repositories, nor widened beyond its grant", async () => {
    const token = await jwtOf(sandbox);
    const route = `POST /app/installations/${acmeCorp}/access_tokens`;
    for (const body of [{ repositories: ["kettle"] }, { permissions: { contents: "read" } }])
      expect((await api(sandbox, route, { token, body })).status).toBe(422);
    const { status, body } = await api(sandbox, route, { token });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      permissions: { [installations]: "write", [repositories]: "write" },
      repository_selection: "selected",
    });
  });
});
