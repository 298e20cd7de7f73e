import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { api, installUrl, jwtOf, openBrowser, startSandbox } from "./harness.ts";
import { hookSecret, isSigned, startReceiver } from "./receiver.ts";

const receiver = await startReceiver();
const hook = { url: receiver.url, secret: hookSecret };
const sandbox = await startSandbox({ hook }, { hookTimeoutMs: 300 });
const globex = 50291001;

beforeEach(() => {
  sandbox.reset();
  receiver.received.length = 0;
});
afterEach(() => receiver.answer((_req, res) => res.writeHead(200).end("thanks")));
afterAll(async () => {
  await sandbox.close();
  await receiver[Symbol.asyncDispose]();
});

/** The only delivery there is, once it is there. */
async function theDelivery() {
  await sandbox.deliveriesSent();
  expect(receiver.received).toHaveLength(1);
  const [delivery] = receiver.received;
  if (!delivery) throw new Error("Nothing was delivered");
  return delivery;
}

describe("A delivery", () => {
  test("is signed over its bytes and carries GitHub's headers", async () => {
    const { id } = sandbox.world.install("octocat");
    const delivery = await theDelivery();
    expect(delivery.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": expect.stringMatching(/^GitHub-Hookshot\/[0-9a-f]{7}$/),
      "x-github-event": "installation",
      "x-github-delivery": expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      "x-github-hook-id": expect.stringMatching(/^\d+$/),
      "x-github-hook-installation-target-id": String(sandbox.app.id),
      "x-github-hook-installation-target-type": "integration",
    });
    expect(await isSigned(delivery)).toBe(true);
    expect(await isSigned(delivery, "another secret")).toBe(false);
    const legacy = createHmac("sha1", hookSecret).update(delivery.body).digest("hex");
    expect(delivery.headers["x-hub-signature"]).toBe(`sha1=${legacy}`);
    expect(delivery.payload.installation.id).toBe(id);
  });

  test("is not signed where the webhook has no secret", async () => {
    sandbox.configureApp({ hook: { url: receiver.url } });
    sandbox.world.install("octocat");
    const { headers } = await theDelivery();
    sandbox.configureApp({ hook });
    expect(Object.keys(headers).filter((name) => name.includes("signature"))).toEqual([]);
  });

  test("may travel as a form, whose bytes are signed", async () => {
    sandbox.configureApp({ hook: { ...hook, contentType: "form" } });
    sandbox.world.install("octocat");
    const delivery = await theDelivery();
    sandbox.configureApp({ hook });
    expect(delivery.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(delivery.payload.action).toBe("created");
    expect(await isSigned(delivery)).toBe(true);
  });

  test("goes nowhere while the App has no webhook", async () => {
    sandbox.configureApp({ hook: null });
    sandbox.world.install("octocat");
    await sandbox.deliveriesSent();
    sandbox.configureApp({ hook });
    expect([receiver.received, sandbox.deliveries()]).toEqual([[], []]);
  });

  test("is not waited for by what it tells of", async () => {
    receiver.answer(() => undefined);
    expect(sandbox.world.install("octocat").suspended).toBe(false);
    expect(receiver.received).toEqual([]);
    await sandbox.deliveriesSent();
    expect(receiver.events()).toEqual(["installation.created"]);
  });

  test.each([
    { by: "an answer of 500", answered: 500, logged: 500, status: "Invalid HTTP Response: 500" },
    { by: "a redirect", answered: 307, logged: 307, status: "Invalid HTTP Response: 307" },
    { by: "no answer in time", answered: null, logged: 504, status: "timed out" },
  ])("fails by $by, and is not sent again", async ({ answered, logged, status }) => {
    receiver.answer((_req, res) => {
      if (answered !== null) res.writeHead(answered, { location: receiver.url }).end("no");
    });
    sandbox.world.install("octocat");
    await theDelivery();
    expect(sandbox.deliveries()).toMatchObject([{ statusCode: logged, status, redelivery: false }]);
  });

  test("fails where the receiver cuts the connection, and where there is none", async () => {
    receiver.answer((req) => req.socket.resetAndDestroy());
    sandbox.world.install("octocat");
    await theDelivery();
    sandbox.configureApp({ hook: { url: "http://127.0.0.1:1/" } });
    sandbox.world.suspend("octocat");
    await sandbox.deliveriesSent();
    sandbox.configureApp({ hook });
    expect(sandbox.deliveries().map((row) => [row.statusCode, row.responsePayload])).toEqual([
      [502, null],
      [500, null],
    ]);
  });

  test("is forgotten by a reset, and one under way is cut", async () => {
    receiver.answer(() => undefined);
    sandbox.world.install("octocat");
    while (receiver.received.length === 0) await new Promise(setImmediate);
    sandbox.reset();
    await sandbox.deliveriesSent();
    expect(sandbox.deliveries()).toEqual([]);
  });
});

describe("The webhook is told of an installation", () => {
  test("from its creation to its end, with the installation as the API shows it", async () => {
    const { id } = sandbox.world.install("acme-coffee", { repositories: ["espresso-api"] });
    const route = `GET /app/installations/${id}`;
    const { body: created } = await api(sandbox, route, { token: await jwtOf(sandbox) });
    sandbox.world.suspend("acme-coffee");
    sandbox.world.unsuspend("acme-coffee");
    sandbox.world.uninstall("acme-coffee");
    await sandbox.deliveriesSent();
    const payloads = sandbox.deliveries().toReversed();
    expect(payloads.map(({ event, action }) => `${event}.${action}`)).toEqual([
      "installation.created",
      "installation.suspend",
      "installation.unsuspend",
      "installation.deleted",
    ]);
    expect(payloads[0]?.payload).toMatchObject({
      action: "created",
      installation: created,
      repositories: [{ name: "espresso-api", full_name: "acme-coffee/espresso-api" }],
      requester: null,
      sender: { login: "octo-admin" },
    });
    expect(payloads[1]?.payload).toMatchObject({
      installation: { suspended_by: { login: "octo-admin" }, suspended_at: expect.any(String) },
    });
    expect(payloads[3]?.payload).toMatchObject({
      installation: { id, suspended_at: null },
      repositories: [{ name: "espresso-api" }],
    });
  });

  test("whose request a member made and an owner approved, with both of them", async () => {
    const member = await openBrowser(sandbox, "octo-member");
    await member.visit(installUrl(sandbox));
    await member.click("acme-coffee");
    await member.click("Request");
    await sandbox.deliveriesSent();
    expect(receiver.received).toEqual([]);
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/organizations/acme-coffee/settings/installations`);
    await owner.click("Approve");
    const { payload } = await theDelivery();
    expect(payload).toMatchObject({
      action: "created",
      requester: { login: "octo-member" },
      sender: { login: "octo-admin" },
    });
  });

  test("that the App itself suspends, unsuspends and deletes, by its bot", async () => {
    const token = await jwtOf(sandbox);
    await api(sandbox, `PUT /app/installations/${globex}/suspended`, { token });
    await api(sandbox, `DELETE /app/installations/${globex}/suspended`, { token });
    await api(sandbox, `DELETE /app/installations/${globex}`, { token });
    await sandbox.deliveriesSent();
    const told = sandbox.deliveries().toReversed();
    expect(told.map(({ action }) => action)).toEqual(["suspend", "unsuspend", "deleted"]);
    for (const { payload } of told)
      expect(payload).toMatchObject({ sender: { login: "layers-connector[bot]", type: "Bot" } });
  });

  test("whose repositories change, what came apart from what went", async () => {
    sandbox.world.install("acme-tea", { repositories: ["kettle"] });
    const owner = await openBrowser(sandbox, "octo-admin");
    const { id } = sandbox.world.installation("acme-tea") ?? { id: 0 };
    await owner.visit(`${sandbox.url}/organizations/acme-tea/settings/installations/${id}`);
    const wanted = String(await repositoryId("matcha-api"));
    await owner.click("Save", { repository_selection: "selected", "repository_ids[]": [wanted] });
    await sandbox.deliveriesSent();
    const told = sandbox.deliveries().toReversed().slice(1);
    expect(told.map(({ event, action }) => `${event}.${action}`)).toEqual([
      "installation_repositories.added",
      "installation_repositories.removed",
    ]);
    expect(told[0]?.payload).toMatchObject({
      repository_selection: "selected",
      repositories_added: [{ name: "matcha-api" }],
      repositories_removed: [],
      sender: { login: "octo-admin" },
    });
    expect(told[1]?.payload).toMatchObject({
      repositories_added: [],
      repositories_removed: [{ name: "kettle" }],
    });
  });

  test("of another App never", async () => {
    const minted = await api(sandbox, "POST /app/installations/50291002/access_tokens", {
      token: await jwtOf(sandbox),
    });
    const route = "POST /enterprises/acme-corp/apps/organizations/acme-tea/installations";
    const body = { client_id: "Iv23liBrewBuildsApp1", repository_selection: "all" };
    const { status } = await api(sandbox, route, { token: minted.body.token, body });
    await sandbox.deliveriesSent();
    expect([status, sandbox.deliveries()]).toEqual([201, []]);
  });
});

test("The webhook is told who revoked his authorization, once, and nothing else", async () => {
  sandbox.world.authorize("octocat");
  sandbox.world.revokeAuthorization("octocat");
  sandbox.world.revokeAuthorization("octocat");
  const { headers, payload } = await theDelivery();
  expect(headers["x-github-event"]).toBe("github_app_authorization");
  expect(payload).toEqual({
    action: "revoked",
    sender: expect.objectContaining({ login: "octocat" }),
  });
});

async function repositoryId(name: string): Promise<number> {
  const token = await jwtOf(sandbox);
  const { body } = await api(sandbox, "GET /orgs/acme-tea/installation", { token });
  const minted = await api(sandbox, `POST /app/installations/${body.id}/access_tokens`, { token });
  const url = `GET /repos/acme-tea/${name}`;
  return (await api(sandbox, url, { token: minted.body.token })).body.id;
}
