import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, complaints, installUrl, jwtOf, mint, openBrowser, startSandbox } from "./harness.ts";

const sandbox = await startSandbox({
  permissions: { metadata: "read", members: "read", organization_administration: "read" },
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;

/** Route, and who asks. */
const calls: [string, "app" | "installation" | "user"][] = [
  ["GET /app", "app"],
  ["GET /apps/layers-connector", "user"],
  ["GET /app/installations", "app"],
  [`GET /app/installations/${globex}`, "app"],
  ["GET /app/installation-requests", "app"],
  ["GET /orgs/globex/installation", "app"],
  ["GET /users/globex/installation", "app"],
  ["GET /repos/globex/rocket/installation", "app"],
  ["GET /installation/repositories", "installation"],
  ["GET /repos/globex/rocket", "installation"],
  ["GET /rate_limit", "installation"],
  ["GET /versions", "user"],
  ["GET /user", "user"],
  ["GET /user/installations", "user"],
  [`GET /user/installations/${globex}/repositories`, "user"],
  ["GET /user/memberships/orgs/globex", "user"],
  ["GET /orgs/globex/memberships/globex-admin", "installation"],
  ["GET /orgs/globex/installations", "user"],
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

describe.each(["2022-11-28", "2026-03-10"] as const)(
  "By GitHub's description of version %s",
  (version) => {
    const headers = { "X-GitHub-Api-Version": version };

    test.each(calls)("%s answers as it should", async (route, who) => {
      await requestInstallation();
      const token = await tokenFor[who]();
      const response = await api(sandbox, route, { token, headers });
      expect(response.status).toBe(200);
      expect(complaints(route, response, { version })).toEqual([]);
    });

    test.each([{}, { repositories: ["rocket"] }])(
      "an installation token for %j is as it should be",
      async (body) => {
        const token = await jwtOf(sandbox);
        const route = `POST /app/installations/${globex}/access_tokens`;
        const response = await api(sandbox, route, { token, headers, body });
        expect(response.status).toBe(201);
        expect(complaints(route, response, { version })).toEqual([]);
      },
    );

    test("a suspended installation is as it should be", async () => {
      sandbox.world.suspend("globex");
      const token = await jwtOf(sandbox);
      const route = `GET /app/installations/${globex}`;
      const response = await api(sandbox, route, { token, headers });
      expect(response.body.suspended_by).not.toBeNull();
      expect(complaints(route, response, { version })).toEqual([]);
    });
  },
);

test("Version 2026-03-10 drops what GitHub dropped", async () => {
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
});
