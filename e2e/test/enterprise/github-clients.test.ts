import { createBodyJudge } from "@layers/github-openapi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installApp, type Managed, startManaged } from "../../src/enterprise.ts";
import {
  type ClientName,
  clientNames,
  createClient,
  type PlaceName,
  placeNames,
  places,
} from "../../src/github-clients/clients.ts";
import { send } from "../../src/http.ts";
import { mintAtGitHub } from "../../src/personal.ts";

let managed: Managed;
let ghs: string;
let installationId: number;
beforeAll(async () => {
  managed = await startManaged();
  const { connector, partner } = managed;
  const { world } = connector.sandbox;
  for (let each = 1; each <= 120; each++)
    world.createOrganization({ login: `acme-branch-${each}`, enterprise: "acme-corp" });
  ghs = await mintAtGitHub(connector, world.enterprise("acme-corp").installation?.id ?? 0);
  installationId = await installApp(connector, partner);
});
afterAll(() => managed.connector[Symbol.asyncDispose]());

const keys = { lp: () => managed.partner.key, ghs: () => ghs };
const credentials = Object.keys(keys) as (keyof typeof keys)[];
const enterprise = "acme-corp";
const organizations = "GET /enterprises/{enterprise}/apps/installable_organizations";
const installations = "/enterprises/{enterprise}/apps/organizations/{org}/installations";

describe.each(clientNames)("%s, with nothing but its base URL changed", (client: ClientName) => {
  describe.each(placeNames)("to %s", (place: PlaceName) => {
    describe.each(credentials)("with %s_", (credential) => {
      const octokit = () =>
        createClient(client, {
          baseUrl: places[place](managed.connector),
          auth: keys[credential](),
        });

      test("pages to the end of an enterprise's organizations", async () => {
        const atGitHub = createClient(client, {
          baseUrl: managed.connector.sandbox.apiUrl,
          auth: ghs,
        });
        const ours = await octokit().paginate(organizations, { enterprise, per_page: 50 });
        expect(ours).toHaveLength(122);
        expect(ours).toEqual(await atGitHub.paginate(organizations, { enterprise, per_page: 50 }));
      });

      test("is told with 304 that it has this answer already", async () => {
        const { request } = octokit();
        const ask = (etag = "") =>
          request(organizations, { enterprise, headers: { "if-none-match": etag } });
        const { headers } = await ask();
        expect(headers.etag).toMatch(/^W\/"[\w-]{43}"$/);
        await expect(ask(headers.etag)).rejects.toMatchObject({ status: 304 });
      });

      test("installs an App, gives it a repository, takes it again, and removes the App", async () => {
        const { request } = octokit();
        const target = { enterprise, org: "acme-coffee" };
        const { status, data } = await request(`POST ${installations}`, {
          ...target,
          client_id: managed.connector.sandbox.app.clientId,
          repository_selection: "selected",
          repositories: ["espresso-api"],
        });
        const { id: installation_id } = data as { id: number };
        const of = { ...target, installation_id };
        const path = `${installations}/{installation_id}`;
        const repositories = ["roastery-api"];
        const results = [
          await request(`PATCH ${path}/repositories/add`, { ...of, repositories }),
          await request(`PATCH ${path}/repositories/remove`, { ...of, repositories }),
          await request(`PATCH ${path}/repositories`, { ...of, repository_selection: "all" }),
          await request(`DELETE ${path}`, of),
        ];
        expect([status, ...results.map((result) => result.status)]).toEqual([
          201, 200, 200, 200, 204,
        ]);
      });

      test("says in its error what is wrong, and where GitHub explains the route", async () => {
        const docs =
          "https://docs.github.com/enterprise-cloud@latest/rest/enterprise-admin/organization-installations";
        const request = octokit().request(
          `PATCH ${installations}/{installation_id}/repositories/remove`,
          {
            enterprise,
            org: "acme-tea",
            installation_id: installationId,
            repositories: ["kettle", "matcha-api"],
          },
        );
        await expect(request).rejects.toMatchObject({
          status: 422,
          message: expect.stringContaining("Would leave the App none") as string,
        });
        await expect(request).rejects.toThrow(
          `${docs}#remove-repository-access-from-an-organization-installation`,
        );
      });
    });
  });
});

describe("what GitHub answers, and we after it, is as GitHub describes it", () => {
  const judge = createBodyJudge();
  const reads = {
    "the organizations": () => "/installable_organizations?per_page=2&page=2",
    "an organization's repositories": () =>
      "/installable_organizations/acme-coffee/accessible_repositories?per_page=100",
    "an organization's Apps": () => "/organizations/acme-tea/installations",
    "an App's repositories": () =>
      `/organizations/acme-tea/installations/${installationId}/repositories`,
  };

  test.each(Object.entries(reads))("%s", async (_what, toPath) => {
    const { connector, partner } = managed;
    const path = `/enterprises/acme-corp/apps${toPath()}`;
    const headers = { "user-agent": "e2e" };
    const answers = [
      await send(`GET ${path}`, connector.sandbox.apiUrl, { key: ghs, headers }),
      await send(`GET ${path}`, connector.url, { key: ghs }),
      await send(`GET ${path}`, connector.remoteUrl, { key: partner.key }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      const [described = ""] = path.split("?");
      expect(judge({ edition: "ghec", method: "GET", path: described, status, body })).toEqual([]);
      expect(body).toEqual(answers[0]?.body);
    }
  });
});
