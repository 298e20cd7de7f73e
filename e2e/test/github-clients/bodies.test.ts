import { createBodyJudge, type Edition as Description } from "@layers/github-openapi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { type Answer, send } from "../../src/http.ts";
import { bindAcme } from "../../src/journey.ts";
import { openPersonal, type Personal } from "../../src/personal.ts";

const judge = createBodyJudge();
/** GitHub refuses requests without one, and attachments without the preview's name. */
const headers = {
  "user-agent": "e2e",
  accept: "application/vnd.github.corsair-preview+json",
};

interface World {
  readonly connector: Connector;
  readonly partner: Partner;
  readonly personal: Personal;
}

async function startWorld(edition: "dotcom" | "ghec" | "ghes-3.3"): Promise<World> {
  const connector = await startConnector({ edition });
  const partner = await connector.addPartner();
  await bindAcme(connector, partner);
  return { connector, partner, personal: await openPersonal(connector) };
}

interface Asked {
  readonly route: string;
  readonly status: number;
  readonly by: "ghs" | "ghu" | "ghp";
  readonly body?: object;
}

/** GitHub's answer and ours to the same request of the same caller. */
async function askBoth({ connector, personal }: World, { route, by, body }: Asked) {
  const request = { key: personal[by], headers, ...(body && { body }) };
  return {
    theirs: await send(route, connector.sandbox.apiUrl, request),
    ours: await send(route, connector.url, request),
    apart: await send(route, connector.remoteUrl, request),
  };
}

function judgeOne(answer: Answer, { route, status }: Asked, edition: Description): string[] {
  const [method = "", target = ""] = route.split(" ");
  const [path = ""] = target.split("?");
  expect(answer.status).toBe(status);
  return judge({ edition, method, path, status, body: answer.body });
}

async function expectLawful(world: World, asked: Asked, edition: Description): Promise<void> {
  const { theirs, ours, apart } = await askBoth(world, asked);
  for (const answer of [theirs, ours, apart]) expect(judgeOne(answer, asked, edition)).toEqual([]);
  // An attachment is a new one each time.
  if (asked.body === undefined) expect([ours.body, apart.body]).toEqual([theirs.body, theirs.body]);
}

describe.each(["dotcom", "ghec"] as const)(
  "what GitHub (%s) answers, and we after it, is as GitHub describes it",
  (edition) => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(edition);
    });
    afterAll(() => world.connector[Symbol.asyncDispose]());

    const ofInstallation = (path: string) =>
      `/user/installations/${world.personal.installationId}${path}`;
    const member = () => ofInstallation(`/repositories/${world.personal.otherRepositoryId}`);
    const cases: Record<string, () => Asked> = {
      "an installation's repositories": () => ({
        route: "GET /installation/repositories",
        status: 200,
        by: "ghs",
      }),
      "an installation's repositories, by pages": () => ({
        route: "GET /installation/repositories?per_page=1&page=1",
        status: 200,
        by: "ghs",
      }),
      "a person's installations": () => ({
        route: "GET /user/installations",
        status: 200,
        by: "ghu",
      }),
      "what a person sees of an installation": () => ({
        route: `GET ${ofInstallation("/repositories")}`,
        status: 200,
        by: "ghu",
      }),
      "adding a repository": () => ({ route: `PUT ${member()}`, status: 204, by: "ghp" }),
    };
    test.each(Object.entries(cases))("%s", async (_what, toAsked) => {
      await expectLawful(world, toAsked(), "api.github.com");
    });

    test("removing a repository", async () => {
      const { connector, personal } = world;
      const asked: Asked = { route: `DELETE ${member()}`, status: 204, by: "ghp" };
      for (const url of [connector.sandbox.apiUrl, connector.url, connector.remoteUrl]) {
        await send(`PUT ${member()}`, connector.url, { key: personal.ghp });
        const answer = await send(asked.route, url, { key: personal.ghp, headers });
        expect(judgeOne(answer, asked, "api.github.com")).toEqual([]);
      }
    });

    test("an installation's repositories for a partner", async () => {
      const asked: Asked = {
        route: "GET /installation/repositories?per_page=100",
        status: 200,
        by: "ghs",
      };
      const { key } = world.partner;
      const answer = await send(asked.route, world.connector.url, { key });
      expect(judgeOne(answer, asked, "api.github.com")).toEqual([]);
      expect(answer.body).toMatchObject({ total_count: 240, repository_selection: "all" });
    });

    test("no content attachments, which it removed", async () => {
      const { connector, personal } = world;
      const asked = { key: personal.ghs, headers, body: { title: "A-1", body: "An error" } };
      const route = "POST /content_references/1/attachments";
      expect((await send(route, connector.sandbox.apiUrl, asked)).status).toBe(404);
      expect(await send(route, connector.url, asked)).toMatchObject({
        status: 410,
        body: { code: "GONE" },
      });
    });
  },
);

describe("on GitHub Enterprise Server 3.3", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("ghes-3.3");
  });
  afterAll(() => world.connector[Symbol.asyncDispose]());

  test.each(["", "/repos/octocat/Hello-World"])(
    "a content attachment at %s/content_references is as version 2.2.1 describes it",
    async (prefix) => {
      const { sandbox } = world.connector;
      const id = sandbox.world.postUrl("octocat/Hello-World", "https://errors.example/A-1");
      const body = { title: "A-1", body: "An error\n ## DETAILS" };
      const route = `POST ${prefix}/content_references/${id}/attachments`;
      await expectLawful(world, { route, status: 200, by: "ghs", body }, "2.2.1");
      expect(sandbox.world.attachments(id)).toHaveLength(3);
      expect(sandbox.world.attachments(id)).toMatchObject([body, body, body]);
    },
  );

  test("a partner attaches to what his installation sees", async () => {
    const { connector, partner } = world;
    const id = connector.sandbox.world.postUrl(
      "acme-coffee/espresso-api",
      "https://errors.example/A-1",
    );
    const body = { title: "A-1", body: "An error" };
    const asked: Asked = {
      route: `POST /content_references/${id}/attachments`,
      status: 200,
      by: "ghs",
      body,
    };
    const answer = await send(asked.route, connector.url, { key: partner.key, body });
    expect(judgeOne(answer, asked, "2.2.1")).toEqual([]);
    expect(connector.sandbox.world.attachments(id)).toMatchObject([body]);
  });
});
