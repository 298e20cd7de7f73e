import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readDatabase } from "../src/database.ts";
import { type GithubBound, startGithubBound } from "../src/github-bound.ts";
import { customerBrowser, getInstallUrl, signIn } from "../src/journey.ts";
import { expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";
import { endFaults, githubCallsDuring, whileAnswersAre } from "../src/upstream.ts";

let bound: GithubBound;
beforeEach(async () => {
  bound = await startGithubBound({ wait: async () => {} });
});
afterEach(() => bound.connector[Symbol.asyncDispose]());

const ask = (name: string, input: Record<string, unknown> = {}) =>
  callOver("REST", bound.connector, { name, key: bound.partner.key, input });
const mint = () => ask("github.createToken", { permissions: { contents: "read" } });
const list = () => ask("github.listRepos");
const shownStatus = async () =>
  ((await ask("github.getInstallation")).body as { status: string }).status;

describe("what GitHub says when it is asked becomes our truth at once", () => {
  const asking = { "a mint": mint, "a list with a cached token": list };

  test.each(Object.entries(asking))("suspended, as %s learns", async (_what, use) => {
    bound.connector.sandbox.world.suspend("acme-coffee");
    expect(await shownStatus()).toBe("active");
    expectRefusal(await use(), "INSTALLATION_SUSPENDED");
    expect(await shownStatus()).toBe("suspended");
    const reached = await githubCallsDuring(bound.connector, async () => {
      expectRefusal(await mint(), "INSTALLATION_SUSPENDED");
      expectRefusal(await list(), "INSTALLATION_SUSPENDED");
    });
    expect(reached).toEqual([]);
  });

  test.each(Object.entries(asking))("uninstalled, as %s learns", async (_what, use) => {
    bound.connector.sandbox.world.uninstall("acme-coffee");
    expect(await shownStatus()).toBe("active");
    expectRefusal(await use(), "INSTALLATION_UNINSTALLED");
    expect(await shownStatus()).toBe("uninstalled");
    const reached = await githubCallsDuring(bound.connector, async () => {
      expectRefusal(await mint(), "INSTALLATION_UNINSTALLED");
      expectRefusal(await list(), "INSTALLATION_UNINSTALLED");
    });
    expect(reached).toEqual([]);
  });

  test("active again, as a look at its health learns", async () => {
    bound.connector.sandbox.world.suspend("acme-coffee");
    await mint();
    bound.connector.sandbox.world.unsuspend("acme-coffee");
    expect((await ask("github.installationHealth")).body).toMatchObject({ healthy: true });
    expect(await shownStatus()).toBe("active");
    expect((await mint()).status).toBe(201);
  });

  test("a suspended installation is registered again with what is known of it", async () => {
    const { installationId, connector } = bound;
    const before = (await ask("github.getInstallation")).body as { registeredAt: string };
    connector.sandbox.world.suspend("acme-coffee");
    await mint();
    const reached = await githubCallsDuring(connector, async () => {
      const input = { installationId, state: "any-state-will-do" };
      expect(await ask("github.registerInstallation", input)).toMatchObject({
        status: 201,
        body: { status: "suspended", registeredAt: before.registeredAt },
      });
    });
    expect(reached).toEqual([]);
  });
});

describe.each(transports)("tokens, over %s,", (transport) => {
  test.each([
    ["opaque", /^ghs_\w{36}$/],
    ["stateless", /^ghs_.+\..+\..+/],
  ] as const)("%s: minted, used, handed out again, revoked", async (tokenFormat, pattern) => {
    const { connector, partner } = bound;
    connector.sandbox.configureApp({ tokenFormat });
    const minted = await mint();
    const { token } = minted.body as { token: string };
    expect(token).toMatch(pattern);
    expect(await mint()).toMatchObject({ status: 201, body: { token } });
    expect((await list()).status).toBe(200);
    const { apiUrl } = connector.sandbox;
    const use = () =>
      fetch(`${apiUrl}/installation/repositories`, {
        headers: { authorization: `token ${token}` },
      });
    expect((await use()).status).toBe(200);
    const name = "github.revokeToken";
    const revoke = () =>
      callOver(transport, connector, { name, key: partner.key, input: { token } });
    expect((await revoke()).status).toBe(204);
    expect((await use()).status).toBe(401);
    expectRefusal(await revoke(), "NOT_FOUND");
    expect(connector.logLines.join("\n")).not.toContain(token);
  });
});

describe("G-05: a new token that not all of GitHub knows yet", () => {
  const match = { path: "/installation/repositories" };

  test.each([
    [401, 1],
    [401, 4],
    [403, 3],
  ])("and that is refused with %i %i times, lists all the same", async (status, times) => {
    bound.connector.sandbox.fault({ kind: "status", status, match, times });
    const reached = await githubCallsDuring(bound.connector, async () => {
      expect((await list()).status).toBe(200);
    });
    expect(reached.filter((each) => each.startsWith("POST"))).toHaveLength(1);
  });

  test("is given up after a bounded number of tries", async () => {
    bound.connector.sandbox.fault({ kind: "status", status: 401, match });
    const reached = await githubCallsDuring(bound.connector, async () => {
      expectRefusal(await list(), "GITHUB_UNAVAILABLE");
    });
    expect(reached).toHaveLength(6);
    endFaults(bound.connector);
    expect((await list()).status).toBe(200);
  });
});

test("G-05: what a replica of GitHub does not know yet is waited for", async () => {
  const lagging = await startGithubBound();
  await using connector = lagging.connector;
  connector.sandbox.fault({ kind: "replica-lag", ms: 400 });
  const call = { name: "github.listRepos", key: lagging.partner.key };
  expect((await callOver("REST", connector, call)).status).toBe(200);
});

describe("GitHub's refusal of our own credential", () => {
  test("is GitHub's trouble to the caller, never his own", async () => {
    const { connector, claimant, claim } = bound;
    connector.sandbox.fault({ kind: "status", status: 401, match: { path: "/app*" } });
    expectRefusal(await mint(), "GITHUB_UNAVAILABLE");
    expectRefusal(await ask("github.installationHealth"), "GITHUB_UNAVAILABLE");
    const name = "github.registerInstallation";
    const { key } = claimant;
    const answer = await callOver("REST", connector, { name, key, input: { ...claim } });
    expectRefusal(answer, "GITHUB_UNAVAILABLE");
  });
});

describe("G-04: a GitHub whose clock is off", () => {
  test.each([30, -30, 120, -120, 600, -600])("by %i seconds is understood", async (offset) => {
    const { connector, partner } = bound;
    connector.sandbox.clock(offset);
    expect((await mint()).status).toBe(201);
    expect((await list()).status).toBe(200);
    connector.sandbox.world.install("octocat");
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, "octocat");
    const query = new URLSearchParams({ state }).toString();
    await browser.visit(`${connector.url}/github/app/connect?${query}`);
    await browser.click("Authorize");
    expect(browser.buttons).toContain("Connect octocat");
    const health = (await ask("github.installationHealth")).body as {
      checks: { name: string; ok: boolean }[];
    };
    // Half a minute is near the bound of what is told.
    if (Math.abs(offset) === 30) return;
    expect(health.checks).toContainEqual({
      name: "clock_in_step",
      ok: false,
      reason: expect.stringMatching(/^Our clock and GitHub's are \d+ s apart\.$/) as string,
    });
  });

  test("is understood again when it is set right", async () => {
    const { connector } = bound;
    for (const offset of [600, 0, -600, 0]) {
      connector.sandbox.clock(offset);
      expect((await ask("github.installationHealth")).status).toBe(200);
    }
  });
});

describe("G-09: an answer that GitHub would not give", () => {
  const logins = [
    "acme\r\nSet-Cookie: x=1",
    "../../x",
    "__proto__",
    "a".repeat(10_000),
    "аcme",
    "",
  ];
  const bodies: [what: string, alter: (body: Record<string, unknown>) => unknown][] = [
    ["an id as text", (body) => ({ ...body, id: "5001" })],
    ["an id beyond 2^53", (body) => ({ ...body, id: 2 ** 53 })],
    ["permissions as a list", (body) => ({ ...body, permissions: [] })],
    ["an account without an id", (body) => ({ ...body, account: { login: "x" } })],
    ["a list", () => []],
    ["null", () => null],
    ["half of it", () => '{"id": 50291001, "account": {'],
    ...logins.map((login): [string, (body: Record<string, unknown>) => unknown] => [
      `the login ${JSON.stringify(login.slice(0, 20))}`,
      (body) => ({ ...body, account: { ...(body["account"] as object), login } }),
    ]),
  ];

  test.each(bodies)("with %s is believed nowhere", async (_what, alter) => {
    const { connector, claimant, claim } = bound;
    const call = { name: "github.registerInstallation", key: claimant.key, input: { ...claim } };
    const before = readDatabase(connector);
    await whileAnswersAre({ path: "/app/installations/", alter }, connector, async () => {
      expectRefusal(await callOver("REST", connector, call), "GITHUB_UNAVAILABLE");
    });
    expect(readDatabase(connector)).toEqual(before);
  });

  test.each([
    ["no token", { token: undefined }],
    ["an empty token", { token: "" }],
    ["a token of 5,000 characters", { token: "x".repeat(5000) }],
    ["no expiry", { expires_at: undefined }],
    ["an expiry that is no time", { expires_at: "tomorrow" }],
  ])("to a mint, with %s, is kept nowhere", async (_what, change) => {
    const before = readDatabase(bound.connector);
    const alter = (body: object) => ({ ...body, ...change });
    await whileAnswersAre({ path: "/access_tokens", alter }, bound.connector, async () => {
      expectRefusal(await mint(), "GITHUB_UNAVAILABLE");
    });
    expect(readDatabase(bound.connector)).toEqual(before);
  });
});
