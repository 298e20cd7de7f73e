import { App } from "@octokit/app";
import { Octokit } from "@octokit/core";
import { createProbotAuth } from "octokit-auth-probot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Connector, startConnector } from "../../src/connector.ts";
import { send } from "../../src/http.ts";

let connector: Connector;
let installationId: number;
beforeAll(async () => {
  connector = await startConnector();
  installationId = connector.sandbox.world.install("acme-coffee").id;
});
afterAll(() => connector[Symbol.asyncDispose]());

const Authentication = z.object({ token: z.string().startsWith("ghs_") });
const list = "GET /installation/repositories";

/** Lists at GitHub with a client that authenticates by itself, and with us with the token that it has got. */
async function expectListsAtBoth(octokit: Octokit): Promise<string> {
  const atGitHub = await octokit.request(list, { per_page: 3 });
  const { token } = Authentication.parse(await octokit.auth({ type: "installation" }));
  const ours = new Octokit({ baseUrl: connector.url, auth: token });
  const withUs = await ours.request(list, { per_page: 3 });
  expect(withUs.data.total_count).toBe(240);
  expect(withUs.data).toEqual(atGitHub.data);
  return token;
}

describe.each(["opaque", "stateless"] as const)("with installation tokens that are %s", (form) => {
  beforeAll(() => connector.sandbox.configureApp({ tokenFormat: form }));

  const credentials = () => ({
    appId: connector.sandbox.app.id,
    privateKey: connector.appPrivateKey,
  });
  const atGitHub = () => ({ baseUrl: connector.sandbox.apiUrl });
  const expectForm = (token: string) =>
    expect(token.split(".")).toHaveLength(form === "opaque" ? 1 : 3);

  test("@octokit/app authenticates as the App and as each of its installations", async () => {
    const app = new App({ ...credentials(), Octokit: Octokit.defaults(atGitHub()) });
    expect((await app.octokit.request("GET /app")).data?.id).toBe(connector.sandbox.app.id);
    const seen = new Set<number>();
    for await (const { installation } of app.eachInstallation.iterator()) seen.add(installation.id);
    expect(seen).toContain(installationId);
    expectForm(await expectListsAtBoth(await app.getInstallationOctokit(installationId)));
  });

  const ProbotOctokit = () => Octokit.defaults({ ...atGitHub(), authStrategy: createProbotAuth });

  test("Probot authenticates as the App, and as the installation that an event comes from", async () => {
    const octokit = new (ProbotOctokit())({ auth: credentials() });
    expect((await octokit.request("GET /app")).data?.id).toBe(connector.sandbox.app.id);
    const event = { name: "push", payload: { installation: { id: installationId } } };
    const ofEvent = (await octokit.auth({ type: "event-octokit", event })) as Octokit;
    expectForm(await expectListsAtBoth(ofEvent));
  });

  test("Probot authenticates with an installation token that it is given", async () => {
    const token = await expectListsAtBoth(
      await new App({
        ...credentials(),
        Octokit: Octokit.defaults(atGitHub()),
      }).getInstallationOctokit(installationId),
    );
    const octokit = new (ProbotOctokit())({ auth: { token }, baseUrl: connector.url });
    expect((await octokit.request(list)).data.total_count).toBe(240);
  });

  test("the App's own JWT is worth nothing here", async () => {
    const app = new App({ ...credentials(), Octokit: Octokit.defaults(atGitHub()) });
    const { token: jwt } = z
      .object({ token: z.string() })
      .parse(await app.octokit.auth({ type: "app" }));
    const { status } = await send(list, connector.url, { key: jwt });
    expect(status).toBe(401);
  });
});
