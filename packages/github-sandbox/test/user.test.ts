import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const as = (login: string, route: string) =>
  api(sandbox, route, { token: sandbox.world.authorize(login).accessToken });

const installations = async (login: string) => {
  const { body } = await as(login, "GET /user/installations");
  const rows = body.installations as { account: { login: string } }[];
  return rows.map(({ account }) => account.login);
};

describe("A person's token", () => {
  test("tells who it is", async () => {
    const { status, body } = await as("octocat", "GET /user");
    expect(status).toBe(200);
    expect(body).toMatchObject({ login: "octocat", id: 583231, type: "User" });
  });

  test("ends after 8 hours, and when the person revokes the App", async () => {
    const { accessToken: token } = sandbox.world.authorize("octocat");
    sandbox.clock(8 * 3600 - 1);
    expect((await api(sandbox, "GET /user", { token })).status).toBe(200);
    sandbox.clock(8 * 3600 + 1);
    expect((await api(sandbox, "GET /user", { token })).status).toBe(401);
    sandbox.clock(0);
    sandbox.world.revokeAuthorization("octocat");
    const { status, body } = await api(sandbox, "GET /user", { token });
    expect([status, body.message]).toEqual([401, "Bad credentials"]);
  });

  test("lists the installations that the person can reach, as owner and as mere member", async () => {
    sandbox.world.install("acme-coffee");
    expect(await installations("octo-admin")).toEqual(["acme-coffee"]);
    expect(await installations("octo-member")).toEqual(["acme-coffee"]);
    expect(await installations("globex-admin")).toEqual(["globex"]);
    expect(await installations("octocat")).toEqual([]);
  });

  test("lists the repositories of such an installation with the person's own permissions", async () => {
    const { id } = sandbox.world.install("acme-coffee", { repositories: ["espresso-worker"] });
    const route = `GET /user/installations/${id}/repositories`;
    const permissionsOf = async (login: string) => {
      const { body } = await as(login, route);
      const [repository] = body.repositories as { permissions: object }[];
      return repository?.permissions;
    };
    expect(await permissionsOf("octo-admin")).toMatchObject({ admin: true, pull: true });
    expect(await permissionsOf("octo-member")).toMatchObject({
      admin: false,
      push: false,
      pull: true,
    });
    expect((await as("octocat", route)).status).toBe(404);
  });
});

describe("The endpoints for a person's token", () => {
  test.each([
    ["GET /user", "Resource not accessible by integration"],
    [
      "GET /user/installations",
      "You must authenticate with an access token authorized to a GitHub App in order to list installations",
    ],
    ["GET /user/memberships/orgs/globex", "Resource not accessible by integration"],
  ])("%s refuses an installation token", async (route, message) => {
    const { status, body } = await api(sandbox, route, { token: await mint(sandbox, 50291001) });
    expect(status).toBe(403);
    expect(body).toMatchObject({ message, status: "403" });
  });

  test("point to their own documentation", async () => {
    const token = await mint(sandbox, 50291001);
    const { body } = await api(sandbox, "GET /user/installations", { token });
    expect(body.documentation_url).toBe(
      "https://docs.github.com/rest/apps/installations#list-app-installations-accessible-to-the-user-access-token",
    );
  });

  test.each(["GET /user", "GET /user/installations", "GET /user/memberships/orgs/globex"])(
    "%s refuses nobody's request",
    async (route) => {
      const { status, body } = await api(sandbox, route);
      expect([status, body.message]).toEqual([401, "Requires authentication"]);
    },
  );

  test.each(["ghp_", "github_pat_", "ghu_", "gho_"])(
    "refuse an unknown %s token",
    async (prefix) => {
      const token = `${prefix}000000000000000000000000000000000000`;
      const { status, body } = await api(sandbox, "GET /user/installations", { token });
      expect([status, body.message]).toEqual([401, "Bad credentials"]);
    },
  );

  test("refuse a name and a password", async () => {
    const authorization = `Basic ${Buffer.from("octocat:password").toString("base64")}`;
    const { status, body } = await api(sandbox, "GET /user", { headers: { authorization } });
    expect([status, body.message]).toEqual([401, "Bad credentials"]);
  });
});

describe("A membership", () => {
  const own = "GET /user/memberships/orgs/acme-coffee";

  test("tells role, state, organization and user where the App is installed", async () => {
    sandbox.world.install("acme-coffee");
    expect((await as("octo-admin", own)).body).toMatchObject({
      state: "active",
      role: "admin",
      organization: { login: "acme-coffee", id: 9919101 },
      user: { login: "octo-admin", id: 583101 },
    });
    expect((await as("octo-member", own)).body).toMatchObject({ role: "member", state: "active" });
  });

  test("is not found for a stranger, nor in an organization that there is not", async () => {
    sandbox.world.install("acme-coffee");
    expect((await as("octocat", own)).status).toBe(404);
    expect((await as("octocat", "GET /user/memberships/orgs/nobody")).status).toBe(404);
    expect((await as("octocat", "GET /user/memberships/orgs/octocat")).status).toBe(404);
  });

  test("is refused where the App is not installed, is suspended, or may not read members", async () => {
    const expectRefusal = async () => {
      const { status, body } = await as("octo-admin", own);
      expect([status, body.message]).toEqual([403, "Resource not accessible by integration"]);
    };
    await expectRefusal();
    sandbox.world.install("acme-coffee");
    sandbox.world.suspend("acme-coffee");
    await expectRefusal();
    await using narrow = await startSandbox({ permissions: { metadata: "read" } });
    narrow.world.install("acme-coffee");
    const token = narrow.world.authorize("octo-admin").accessToken;
    expect((await api(narrow, own, { token })).status).toBe(403);
  });

  test("of somebody else is shown to members and to the installation", async () => {
    const { id } = sandbox.world.install("acme-coffee");
    const other = "GET /orgs/acme-coffee/memberships/octo-admin";
    expect((await as("octo-member", other)).body).toMatchObject({ role: "admin" });
    const token = await mint(sandbox, id);
    expect((await api(sandbox, other, { token })).body).toMatchObject({ role: "admin" });
    const missing = "GET /orgs/acme-coffee/memberships/octocat";
    expect((await api(sandbox, missing, { token })).status).toBe(404);
  });

  test("of somebody else is refused to strangers and to other tokens", async () => {
    const { id } = sandbox.world.install("acme-coffee");
    const other = "GET /orgs/acme-coffee/memberships/octo-admin";
    const stranger = await as("octocat", other);
    expect([stranger.status, stranger.body.message]).toEqual([
      403,
      "You must be a member of acme-coffee to see membership information for octo-admin.",
    ]);
    const foreign = await mint(sandbox, 50291001);
    const narrowed = await mint(sandbox, id, { permissions: { contents: "read" } });
    for (const token of [foreign, narrowed])
      expect((await api(sandbox, other, { token })).status).toBe(403);
  });
});

describe("The Apps of an organization", () => {
  const route = "GET /orgs/acme-coffee/installations";

  test("are refused to an App that may not administer it", async () => {
    sandbox.world.install("acme-coffee");
    const { status, headers } = await as("octo-admin", route);
    expect(status).toBe(403);
    expect(headers.get("x-accepted-github-permissions")).toBe("organization_administration=read");
  });

  test("are shown to its owner and to the App's own token, once that is granted", async () => {
    await using granted = await startSandbox({
      permissions: { metadata: "read", organization_administration: "read" },
    });
    const { id } = granted.world.install("acme-coffee");
    const ask = async (token: string) => api(granted, route, { token });
    const owner = await ask(granted.world.authorize("octo-admin").accessToken);
    expect(owner.body).toMatchObject({ total_count: 1, installations: [{ id }] });
    const app = await ask(await mint(granted, id));
    expect(app.body).toMatchObject({ total_count: 1 });
    const member = await ask(granted.world.authorize("octo-member").accessToken);
    expect(member.status).toBe(403);
    const stranger = await ask(granted.world.authorize("octocat").accessToken);
    expect(stranger.status).toBe(404);
  });
});
