import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { complaints } from "./description/validate.ts";
import { api, installUrl, jwtOf, mint, openBrowser, startSandbox } from "./harness.ts";

const sandbox = await startSandbox({
  permissions: { metadata: "read", members: "read", organization_administration: "read" },
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;

/** Route, the operation that describes it, and who asks. */
const calls: [string, string, "app" | "installation" | "user"][] = [
  ["GET /app", "GET /app", "app"],
  ["GET /apps/layers-connector", "GET /apps/{app_slug}", "user"],
  ["GET /app/installations", "GET /app/installations", "app"],
  [`GET /app/installations/${globex}`, "GET /app/installations/{installation_id}", "app"],
  ["GET /app/installation-requests", "GET /app/installation-requests", "app"],
  ["GET /orgs/globex/installation", "GET /orgs/{org}/installation", "app"],
  ["GET /users/globex/installation", "GET /users/{username}/installation", "app"],
  ["GET /repos/globex/rocket/installation", "GET /repos/{owner}/{repo}/installation", "app"],
  ["GET /installation/repositories", "GET /installation/repositories", "installation"],
  ["GET /repos/globex/rocket", "GET /repos/{owner}/{repo}", "installation"],
  ["GET /rate_limit", "GET /rate_limit", "installation"],
  ["GET /versions", "GET /versions", "user"],
  ["GET /user", "GET /user", "user"],
  ["GET /user/installations", "GET /user/installations", "user"],
  [
    `GET /user/installations/${globex}/repositories`,
    "GET /user/installations/{installation_id}/repositories",
    "user",
  ],
  ["GET /user/memberships/orgs/globex", "GET /user/memberships/orgs/{org}", "user"],
  [
    "GET /orgs/globex/memberships/globex-admin",
    "GET /orgs/{org}/memberships/{username}",
    "installation",
  ],
  ["GET /orgs/globex/installations", "GET /orgs/{org}/installations", "user"],
];

const tokenFor = {
  app: () => jwtOf(sandbox),
  installation: () => mint(sandbox, globex),
  user: async () => sandbox.world.authorize("globex-admin").accessToken,
};

async function requestInstallation() {
  const member = await openBrowser(sandbox, "octo-member");
  await member.visit(installUrl(sandbox));
  await member.click("acme-coffee");
  await member.click("Request");
}

describe.each(["2022-11-28", "2026-03-10"])("By GitHub's description of version %s", (version) => {
  const headers = { "X-GitHub-Api-Version": version };

  test.each(calls)("%s answers as it should", async (route, operation, who) => {
    await requestInstallation();
    const token = await tokenFor[who]();
    const response = await api(sandbox, route, { token, headers });
    expect(response.status).toBe(200);
    expect(complaints(operation, response, version)).toEqual([]);
  });

  test.each([{}, { repositories: ["rocket"] }])(
    "an installation token for %j is as it should be",
    async (body) => {
      const token = await jwtOf(sandbox);
      const route = `POST /app/installations/${globex}/access_tokens`;
      const response = await api(sandbox, route, { token, headers, body });
      expect(response.status).toBe(201);
      const operation = "POST /app/installations/{installation_id}/access_tokens";
      expect(complaints(operation, response, version)).toEqual([]);
    },
  );

  test("a suspended installation is as it should be", async () => {
    sandbox.world.suspend("globex");
    const token = await jwtOf(sandbox);
    const response = await api(sandbox, `GET /app/installations/${globex}`, { token, headers });
    expect(response.body.suspended_by).not.toBeNull();
    expect(complaints("GET /app/installations/{installation_id}", response, version)).toEqual([]);
  });
});

describe("The judgement itself", () => {
  test("finds a missing key and a wrong type", () => {
    const body = { id: "1", name: "x" };
    const found = complaints("GET /app", { status: 200, body });
    expect(found).toContain("/id must be integer");
    expect(found.join()).toContain("must have required property 'permissions'");
  });

  test("knows what version 2026-03-10 dropped", async () => {
    const token = await mint(sandbox, globex);
    const at = async (version: string, route: string) =>
      (await api(sandbox, route, { token, headers: { "X-GitHub-Api-Version": version } })).body;
    const [before, after] = await Promise.all(
      ["2022-11-28", "2026-03-10"].map((version) => at(version, "GET /installation/repositories")),
    );
    expect(before.repositories[0]).toHaveProperty("has_downloads", true);
    expect(after.repositories[0]).not.toHaveProperty("has_downloads");
    expect(await at("2022-11-28", "GET /rate_limit")).toHaveProperty("rate");
    expect(await at("2026-03-10", "GET /rate_limit")).not.toHaveProperty("rate");
    const response = { status: 200, body: await at("2026-03-10", "GET /rate_limit") };
    expect(complaints("GET /rate_limit", response)).not.toEqual([]);
  });
});
