import { Octokit } from "octokit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { linkGitHub } from "../../src/link.ts";
import {
  addUser,
  type PortalUser,
  presentations,
  sessionHeaders,
  signSession,
} from "../../src/portal.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, transports } from "../../src/transports.ts";
import { githubCallsDuring } from "../../src/upstream.ts";

let connector: Connector;
let partner: Partner;
let user: PortalUser;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  user = await addUser(connector, partner.organizationId, "member");
});
afterEach(() => connector[Symbol.asyncDispose]());

test("a portal user's own installations are listed with his linked account, however he calls", async () => {
  await linkGitHub(connector, user, "globex-admin");
  const globex = connector.sandbox.world.installation("globex")?.id;
  for (const transport of transports)
    for (const presentation of presentations) {
      const headers = sessionHeaders(presentation, user.session);
      const list = { name: "githubApi.listUserInstallations", headers };
      const { body } = await callOver(transport, connector, list);
      expect(body).toMatchObject({ total_count: 1, installations: [{ id: globex }] });
      const input = { installation_id: globex, per_page: 2 };
      const name = "githubApi.listUserInstallationRepositories";
      const page = await callOver(transport, connector, { name, headers, input });
      const permissions = expect.objectContaining({ pull: true }) as unknown;
      expect(page.body).toMatchObject({ repositories: [{ permissions }, { permissions }] });
      expect(page.headers.get("link")).toContain('rel="next"');
    }
});

test("Octokit works with a session in the place of a token", async () => {
  await linkGitHub(connector, user, "globex-admin");
  const octokit = new Octokit({ baseUrl: `${connector.url}/api/v3`, auth: user.session });
  const { data } = await octokit.request("GET /user/installations");
  expect(data.total_count).toBe(1);
});

test("who has not linked, or whose link has ended, is asked to link, in words for GitHub's clients too", async () => {
  const headers = sessionHeaders("Bearer", user.session);
  const call = { name: "githubApi.listUserInstallations", headers };
  for (const transport of transports) {
    const reached = await githubCallsDuring(connector, async () => {
      const { body } = await callOver(transport, connector, call);
      expect(body).toMatchObject({
        code: "GITHUB_RECONNECT",
        reconnect: true,
        message: "Your GitHub account must be linked again.",
      });
    });
    expect(reached).toEqual([]);
  }
  await linkGitHub(connector, user, "globex-admin");
  connector.sandbox.world.revokeAuthorization("globex-admin");
  expectRefusal(await callOver("REST", connector, call), "GITHUB_RECONNECT");
});

test("a token that is about to expire is refreshed, and the user notices nothing", async () => {
  await linkGitHub(connector, user, "globex-admin");
  connector.advance(28_800 - 60);
  const exp = Math.floor(Date.now() / 1000) + 40_000;
  const headers = sessionHeaders("Bearer", await signSession(user.userId, { exp }));
  const call = { name: "githubApi.listUserInstallations", headers };
  const reached = await githubCallsDuring(connector, async () => {
    const answers = await Promise.all([1, 2, 3].map(() => callOver("REST", connector, call)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
  expect(reached.filter((each) => each.includes("access_token"))).toHaveLength(1);
});

test.each([
  "githubApi.addRepository",
  "githubApi.removeRepository",
  "githubApi.listInstallationRepositories",
])(
  "a session is refused, naming what works, where the table names no portal user: %s",
  async (name) => {
    const headers = sessionHeaders("Bearer", user.session);
    const input = { installation_id: 1, repository_id: 1 };
    const answer = await callOver("REST", connector, { name, headers, input });
    const { issues } = expectRefusal(answer, "FORBIDDEN");
    expect(issues).toEqual([
      { path: "Authorization", message: expect.stringMatching(/^Use .*\(gh[ps]_\)\.$/) as string },
    ]);
  },
);
