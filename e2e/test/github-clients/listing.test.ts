import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import {
  type Client,
  type ClientName,
  clientNames,
  createClient,
  type PlaceName,
  placeNames,
  places,
} from "../../src/github-clients/clients.ts";
import { bindAcme } from "../../src/journey.ts";
import { mintAtGitHub, openPersonal, type Personal } from "../../src/personal.ts";

let connector: Connector;
let partner: Partner;
let personal: Personal;
let installationId: number;
/** Of `acme-coffee`, and of the person who administers it. */
let acme: { readonly ghs: string; readonly ghu: string };

beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  ({ installationId } = await bindAcme(connector, partner));
  personal = await openPersonal(connector);
  acme = {
    ghs: await mintAtGitHub(connector, installationId),
    ghu: connector.sandbox.world.authorize("octo-admin").accessToken,
  };
});
afterAll(() => connector[Symbol.asyncDispose]());

const keyOf = { lp: () => partner.key, ghs: () => acme.ghs };
type InstallationCredential = keyof typeof keyOf;
const installationCredentials = Object.keys(keyOf) as InstallationCredential[];

/** All the repositories' names, and every address that was asked on the way. */
async function paginate(client: Client, perPage = 100) {
  const asked: string[] = [];
  client.hook.after("request", (_response, { url }) => void asked.push(url));
  const repositories = await client.paginate("GET /installation/repositories", {
    per_page: perPage,
  });
  return { names: repositories.map(({ full_name }) => full_name), asked };
}

describe.each(clientNames)("%s, with nothing but its base URL changed", (client: ClientName) => {
  describe.each(placeNames)("to %s", (place: PlaceName) => {
    const clientWith = (auth?: string) =>
      createClient(client, { baseUrl: places[place](connector), ...(auth && { auth }) });

    test.each(installationCredentials)(
      "pages to the end of an installation's repositories with %s_",
      async (credential) => {
        const { names, asked } = await paginate(clientWith(keyOf[credential]()));
        const atGitHub = createClient(client, {
          baseUrl: connector.sandbox.apiUrl,
          auth: acme.ghs,
        });
        expect(names).toHaveLength(240);
        expect(names).toEqual((await paginate(atGitHub)).names);
        expect(asked).toHaveLength(3);
      },
    );

    test.each(installationCredentials)("takes %s_ as Bearer too", async (credential) => {
      const { status, data } = await clientWith().request("GET /installation/repositories", {
        per_page: 1,
        headers: { authorization: `Bearer ${keyOf[credential]()}` },
      });
      expect({ status, total: data.total_count }).toEqual({ status: 200, total: 240 });
    });

    test.each(installationCredentials)(
      "is told with 304 that %s_ has this answer already",
      async (credential) => {
        const { request } = clientWith(keyOf[credential]());
        const ask = (etag?: string) =>
          request("GET /installation/repositories", {
            per_page: 2,
            headers: { ...(etag && { "if-none-match": etag }) },
          });
        const { headers } = await ask();
        expect(headers.etag).toMatch(/^W\/"[\w-]{43}"$/);
        await expect(ask(headers.etag)).rejects.toMatchObject({ status: 304 });
        expect((await ask('W/"of something else"')).status).toBe(200);
      },
    );

    test("lists a person's installations, and what he sees of one, with ghu_", async () => {
      const { rest, paginate: all } = clientWith(acme.ghu);
      const { data } = await rest.apps.listInstallationsForAuthenticatedUser();
      expect(data.installations.map(({ id }) => id)).toEqual([installationId]);
      const repositories = await all(rest.apps.listInstallationReposForAuthenticatedUser, {
        installation_id: installationId,
        per_page: 100,
      });
      expect(repositories).toHaveLength(240);
      expect(repositories[0]?.permissions).toMatchObject({ admin: true, push: true, pull: true });
    });

    test("adds and removes a repository with a classic token", async () => {
      const { apps } = clientWith(personal.ghp).rest;
      const { installationId: installation_id, otherRepositoryId: repository_id } = personal;
      const target = { installation_id, repository_id };
      const visible = async () => {
        const { rest } = clientWith(personal.ghu);
        const { data } = await rest.apps.listInstallationReposForAuthenticatedUser({
          installation_id,
        });
        return data.repositories.map(({ name }) => name);
      };
      expect((await apps.addRepoToInstallationForAuthenticatedUser(target)).status).toBe(204);
      expect(await visible()).toEqual(["Hello-World", "Spoon-Knife"]);
      expect((await apps.removeRepoFromInstallationForAuthenticatedUser(target)).status).toBe(204);
      expect(await visible()).toEqual(["Hello-World"]);
    });

    test("says in its error what we say, and where GitHub explains the route", async () => {
      const docs = "https://docs.github.com/rest/apps/installations";
      const target = { installation_id: personal.installationId, repository_id: 1 };
      await expect(
        clientWith(acme.ghs).rest.apps.addRepoToInstallationForAuthenticatedUser(target),
      ).rejects.toMatchObject({
        status: 403,
        message: `You are not allowed to do this. Authorization: Use a classic personal access token (ghp_). - ${docs}#add-a-repository-to-an-app-installation`,
      });
      await expect(
        clientWith(personal.ghp).rest.apps.listInstallationsForAuthenticatedUser(),
      ).rejects.toThrow("Use a portal session or a user token of this App (ghu_).");
      await expect(
        clientWith(partner.key).request("GET /installation/repositories", { per_page: 101 }),
      ).rejects.toThrow("The request is not valid. per_page: Must be at most 100.");
      await expect(clientWith().request("GET /installation/repositories")).rejects.toMatchObject({
        status: 401,
        message: `A valid credential is required. - ${docs}#list-repositories-accessible-to-the-app-installation`,
      });
    });
  });
});

test.each(placeNames)(
  "links to further pages from %s lead to our public address",
  async (place) => {
    const baseUrl = places[place](connector);
    const { asked } = await paginate(createClient("octokit", { baseUrl, auth: partner.key }), 60);
    const list = `${baseUrl.replace(connector.remoteUrl, connector.url)}/installation/repositories`;
    expect(asked).toEqual([
      `${baseUrl}/installation/repositories?per_page=60`,
      ...[2, 3, 4].map((page) => `${list}?per_page=60&page=${page}`),
    ]);
  },
);
