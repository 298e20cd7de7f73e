import { setTimeout as sleep } from "node:timers/promises";
import { createGitHubLinks, createSealer, parseVersionedSecrets, systemClock } from "@layers/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Connector, Partner } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import { bindAcme, connectInBrowser, register } from "../../src/journey.ts";
import { githubCallsDuring } from "../../src/upstream.ts";
import { deliver, installationEvent, signDelivery } from "../../src/webhooks/sign.ts";
import { settle, startToldConnector, tell } from "../../src/webhooks/told.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const repository = "acme-coffee/menu-api";

let connector: Connector;
let partner: Partner;
let installationId: number;
beforeEach(async () => {
  connector = await startToldConnector();
  partner = await connector.addPartner();
  ({ installationId } = await bindAcme(connector, partner));
  await settle(connector);
});
afterEach(() => connector[Symbol.asyncDispose]());

const call = (target: string, body?: object) =>
  send(target, connector.url, { key: partner.key, ...(body && { body }) });
const askForToken = () =>
  call("POST /v1/github/installation/token", { permissions: { contents: "read" } });
const tokenOf = async () => {
  const { status, body } = await askForToken();
  expect(status).toBe(201);
  return (body as { token: string }).token;
};
const binding = async () => (await call("GET /v1/github/installation")).body;
const actions = async () =>
  (await connector.store.audit.list({ organizationId: partner.organizationId }, 100)).map(
    ({ action }) => action,
  );

describe("G-06: when GitHub tells of it,", () => {
  test("a suspended installation gives no token, and a new one afterwards", async () => {
    const token = await tokenOf();
    connector.sandbox.world.suspend("acme-coffee");
    await settle(connector);
    const calls = await githubCallsDuring(connector, async () => {
      const { status, body } = await askForToken();
      expect([status, body]).toMatchObject([409, { code: "INSTALLATION_SUSPENDED" }]);
    });
    expect(calls).toEqual([]);
    connector.sandbox.world.unsuspend("acme-coffee");
    await settle(connector);
    expect(await tokenOf()).not.toBe(token);
    expect(await actions()).toEqual(
      expect.arrayContaining(["installation.suspended", "installation.active"]),
    );
  });

  test("an uninstalled installation is over, its tokens with it, and GitHub is not asked", async () => {
    await tokenOf();
    connector.sandbox.world.uninstall("acme-coffee");
    await settle(connector);
    const calls = await githubCallsDuring(connector, async () => {
      const { status, body } = await askForToken();
      expect([status, body]).toMatchObject([409, { code: "INSTALLATION_UNINSTALLED" }]);
    });
    expect(calls).toEqual([]);
    expect(await binding()).toMatchObject({ status: "uninstalled", installationId });
    const [row] = await connector.store.bindings.listByNumber(installationId);
    const place = { bindingId: row?.id ?? "", grantVersion: row?.grantVersion ?? 0 };
    const [issued] = await connector.store.tokens.listLive(place.bindingId, 0);
    const { scopeKey = "" } = issued ?? {};
    expect(issued).toBeDefined();
    expect(await connector.store.tokens.findLive({ ...place, scopeKey }, 0)).toBeUndefined();
    expect(await actions()).toContain("installation.uninstalled");
  });

  test.each([
    [
      "other permissions",
      () => {
        const { sandbox } = connector;
        sandbox.configureApp({
          permissions: { metadata: "read", contents: "write", issues: "read" },
        });
        sandbox.world.acceptPermissions("acme-coffee");
      },
    ],
    [
      "a repository's other name",
      () => connector.sandbox.world.renameRepository(repository, "another-name"),
    ],
    ["a repository that is gone", () => connector.sandbox.world.deleteRepository(repository)],
  ])("%s end the tokens that were handed out before", async (_what, change) => {
    const token = await tokenOf();
    expect(await tokenOf()).toBe(token);
    change();
    await settle(connector);
    expect(await tokenOf()).not.toBe(token);
    expect(await binding()).toMatchObject({ status: "active", installationId });
    expect((await call("DELETE /v1/github/installation/token", { token })).status).toBe(204);
  });
});

test("an account's other name is shown, and the binding stays", async () => {
  const before = await binding();
  connector.sandbox.world.renameAccount("acme-coffee", "acme-roasters");
  await settle(connector);
  expect(await binding()).toMatchObject({
    ...(before as object),
    githubAccount: { login: "acme-roasters", type: "Organization" },
    orgLogin: "acme-roasters",
    lastVerifiedAt: expect.any(String),
  });
  const lines = await connector.store.audit.list({ organizationId: partner.organizationId }, 100);
  expect(lines.find(({ action }) => action === "installation.rename")).toMatchObject({
    actor: "service",
    target: String(installationId),
    details: JSON.stringify({ from: "acme-coffee", to: "acme-roasters" }),
  });
});

describe("A187: what comes late or out of order changes nothing:", () => {
  const tellOf = async (action: string) => {
    const payload = installationEvent(action, installationId);
    expect(await deliver(connector.url, signDelivery({ event: "installation", payload }))).toBe(
      202,
    );
    await settle(connector);
  };

  test("deleted before created, and created again after the deletion", async () => {
    connector.sandbox.configureApp({ hook: null });
    await tellOf("deleted");
    expect(await binding()).toMatchObject({ status: "active" });
    connector.sandbox.world.uninstall("acme-coffee");
    for (const action of ["deleted", "created", "unsuspend", "created"]) await tellOf(action);
    expect(await binding()).toMatchObject({ status: "uninstalled" });
  });

  test("unsuspended before suspended", async () => {
    connector.sandbox.configureApp({ hook: null });
    connector.sandbox.world.suspend("acme-coffee");
    for (const action of ["unsuspend", "suspend"]) await tellOf(action);
    expect(await binding()).toMatchObject({ status: "suspended" });
  });
});

describe("a webhook and the person's return from GitHub", () => {
  test("end the same, whichever comes first", async () => {
    const other = await connector.addPartner();
    await tellOfGlobex();
    const proven = await connectInBrowser(connector, other, {
      login: "globex-admin",
      account: "globex",
    });
    expect((await register(connector, other, proven)).status).toBe(201);
    await tellOfGlobex();
    const bound = await send("GET /v1/github/installation", connector.url, { key: other.key });
    expect(bound.body).toMatchObject({ status: "active", orgLogin: "globex" });
  });

  async function tellOfGlobex() {
    const { id = 0 } = connector.sandbox.world.installation("globex") ?? {};
    const payload = installationEvent("created", id);
    await deliver(connector.url, signDelivery({ event: "installation", payload }));
    await settle(connector);
  }

  test("what happened while it was bound is found out right after", async () => {
    await using slow = await startToldConnector({ works: false });
    const late = await slow.addPartner();
    await bindAcme(slow, late);
    slow.sandbox.configureApp({ hook: null });
    slow.sandbox.world.uninstall("acme-coffee");
    slow.work();
    await slow.jobsDone();
    const shown = await send("GET /v1/github/installation", slow.url, { key: late.key });
    expect(shown.body).toMatchObject({ status: "uninstalled" });
  });
});

describe("a link whose person revoked the App", () => {
  const userId = "6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11";
  const revoked = { action: "revoked", sender: { id: 0, login: "octo-admin" } };

  test("ends, and one that is good stays, however late GitHub tells", async () => {
    const sealer = createSealer(
      parseVersionedSecrets(`1:${Buffer.alloc(32, 7).toString("base64")}`),
    );
    await using told = await startToldConnector({ sealer });
    const { sandbox, store } = told;
    const links = createGitHubLinks({
      store,
      sealer,
      clock: systemClock,
      wait: sleep,
      github: {
        host: sandbox.url,
        appId: String(sandbox.app.id),
        refreshGrant: async () => undefined,
      },
    });
    const { accessToken: token } = sandbox.world.authorize("octo-admin");
    const headers = { authorization: `Bearer ${token}`, "user-agent": "e2e" };
    const answer = await fetch(`${sandbox.apiUrl}/user`, { headers });
    const { id, login } = (await answer.json()) as { id: number; login: string };
    await links.link(userId, { id, login }, { token });

    const payload = { ...revoked, sender: { id, login } };
    await deliver(told.url, signDelivery({ event: "github_app_authorization", payload }));
    await settle(told);
    expect(await links.tokenOf(userId)).toBe(token);
    sandbox.world.revokeAuthorization("octo-admin");
    await settle(told);
    expect(await links.find(userId)).toMatchObject({ endedAt: expect.any(Number) });
    await expect(links.tokenOf(userId)).rejects.toMatchObject({ code: "GITHUB_RECONNECT" });
  });
});

test("a delivery that another secret signed changes nothing", async () => {
  tell(connector, "a-secret-that-is-not-ours");
  connector.sandbox.world.suspend("acme-coffee");
  await settle(connector);
  expect(await binding()).toMatchObject({ status: "active" });
  expect(connector.webhookCounts.forged).toBe(1);
});

describe("A190: a genuine webhook with nonsense in it", () => {
  test.each([
    ["an id as text", installationEvent("created", "5001")],
    ["an id that is too large", installationEvent("created", 2 ** 53 + 2)],
    ["a negative id", installationEvent("created", -1)],
    ["no id", installationEvent("created", undefined)],
    ["no installation", { action: "deleted" }],
    [
      "a login that is HTML",
      installationEvent("created", 50291001, {
        installation: { id: 50291001, account: { id: 1 } },
        requester: { id: 3 },
        sender: { id: 2, login: "<img src=x onerror=1>" },
      }),
    ],
  ])("(%s) is accepted and given up, without harm", async (_what, payload) => {
    expect(await deliver(connector.url, signDelivery({ event: "installation", payload }))).toBe(
      202,
    );
    await settle(connector);
    const [dead, ...others] = await connector.store.jobs.list({ status: "dead" }, 10);
    expect(others).toEqual([]);
    expect(dead).toMatchObject({ attempts: 1, lastError: "The payload is not valid." });
    expect(connector.logLines.join()).not.toContain("<img");
  });

  test("(an account that is gone) is worked on", async () => {
    const payload = installationEvent("suspend", installationId, {
      installation: { id: installationId, account: null },
    });
    expect(await deliver(connector.url, signDelivery({ event: "installation", payload }))).toBe(
      202,
    );
    await settle(connector);
    expect(await connector.store.jobs.list({ status: "dead" }, 10)).toEqual([]);
  });
});
