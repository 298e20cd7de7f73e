import type { GitHubSandbox } from "@layers/github-sandbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readDatabaseButHandouts } from "../src/database.ts";
import {
  asking,
  askingOperations,
  type GithubBound,
  startGithubBound,
} from "../src/github-bound.ts";
import { customerBrowser, getInstallUrl, signIn } from "../src/journey.ts";
import { expectBudgetHeaders, expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";
import { endFaults, githubCallsDuring } from "../src/upstream.ts";

type Fault = Exclude<Parameters<GitHubSandbox["fault"]>[0], unknown[]>;

let bound: GithubBound;
beforeEach(async () => {
  bound = await startGithubBound();
});
afterEach(() => bound.connector[Symbol.asyncDispose]());

const limit = (status: number, headers: Record<string, string>, match: Fault["match"] = {}) =>
  ({ kind: "status", status, headers, match }) satisfies Fault;
const resetIn = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

const limits: [what: string, fault: () => Fault, retryAfter: [least: number, most: number]][] = [
  [
    "its primary limit with 403",
    () => limit(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetIn(1200) }),
    [1195, 1200],
  ],
  [
    "its primary limit with 429",
    () => limit(429, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetIn(1200) }),
    [1195, 1200],
  ],
  ["a secondary limit with 403", () => limit(403, { "retry-after": "30" }), [25, 30]],
  ["a secondary limit with 429", () => limit(429, { "retry-after": "30" }), [25, 30]],
  ["a secondary limit without saying for how long", () => limit(429, {}), [55, 60]],
  [
    "a secondary limit while calls are left",
    () => limit(403, { "retry-after": "7", "x-ratelimit-remaining": "4000" }),
    [5, 7],
  ],
];

describe.each(limits)("A199: when GitHub names %s", (_what, fault, [least, most]) => {
  test("each operation says when to come back, and GitHub is left alone", async () => {
    const { connector } = bound;
    connector.sandbox.fault(fault());
    const before = readDatabaseButHandouts(connector);
    for (const name of askingOperations) {
      const { call, asks } = asking[name](bound);
      const ask = () => callOver("REST", connector, { name, ...call });
      const reached = await githubCallsDuring(connector, async () => {
        for (let tried = 0; tried < 3; tried++) {
          const answer = await ask();
          const { retryAfter } = expectRefusal(answer, "UNAVAILABLE");
          expect(retryAfter).toBeGreaterThanOrEqual(least);
          expect(retryAfter).toBeLessThanOrEqual(most);
          expectBudgetHeaders(answer, true);
        }
      });
      // What an earlier operation was told may hold for this one.
      expect([[], [asks]]).toContainEqual(reached);
    }
    expect(readDatabaseButHandouts(connector)).toEqual(before);
  });
});

test.each(transports)("a limit is told in the same words over %s", async (transport) => {
  const { connector, partner } = bound;
  connector.sandbox.fault(limit(429, { "retry-after": "30" }));
  const call = { name: "github.listRepos", key: partner.key };
  await callOver("REST", connector, call);
  expect(expectRefusal(await callOver(transport, connector, call), "UNAVAILABLE")).toEqual({
    error: "The service cannot answer right now. Try again later.",
    code: "UNAVAILABLE",
    retryAfter: expect.any(Number) as number,
  });
});

describe("R-33: while one installation is limited", () => {
  const mint = (key: string, contents: "read" | "write") =>
    callOver("REST", bound.connector, {
      name: "github.createToken",
      key,
      input: { permissions: { contents } },
    });

  test("others are served", async () => {
    const { connector, partner, claimant, claim, installationId } = bound;
    const { key } = claimant;
    const name = "github.registerInstallation";
    await callOver("REST", connector, { name, key, input: { ...claim } });
    const path = `/app/installations/${installationId}/access_tokens`;
    connector.sandbox.fault(limit(403, { "retry-after": "600" }, { path }));
    expectRefusal(await mint(partner.key, "read"), "UNAVAILABLE");
    expect((await mint(key, "read")).status).toBe(201);
    expect((await callOver("REST", connector, { name: "github.listRepos", key })).status).toBe(200);
  });

  test("another's tokens can be revoked, and another can detach", async () => {
    const { connector, partner, token, claimant, claim } = bound;
    const { key } = claimant;
    const name = "github.registerInstallation";
    await callOver("REST", connector, { name, key, input: { ...claim } });
    const minted = await mint(key, "read");
    const match = { path: "/installation/token" };
    connector.sandbox.fault({ ...limit(403, { "retry-after": "600" }, match), times: 1 });
    const revoke = { name: "github.revokeToken", key: partner.key, input: { token } };
    expectRefusal(await callOver("REST", connector, revoke), "UNAVAILABLE");
    expect(minted.status).toBe(201);
    const detach = { name: "github.detachInstallation", key };
    expect((await callOver("REST", connector, detach)).status).toBe(200);
  });

  test("it is served again when the time is over, without anybody's help", async () => {
    const { connector, partner } = bound;
    const mintPath = { path: "/app/installations/*/access_tokens" };
    connector.sandbox.fault({ ...limit(429, { "retry-after": "1" }, mintPath), times: 1 });
    const { retryAfter } = expectRefusal(await mint(partner.key, "read"), "UNAVAILABLE");
    expect(retryAfter).toBe(1);
    await expect
      .poll(async () => (await mint(partner.key, "read")).status, { timeout: 5000 })
      .toBe(201);
  });

  test("what its cached token can do without GitHub goes on", async () => {
    const { connector, partner, token } = bound;
    connector.sandbox.fault(limit(403, { "retry-after": "600" }));
    const again = await callOver("REST", connector, {
      name: "github.createToken",
      key: partner.key,
    });
    expect(again).toMatchObject({ status: 201, body: { token } });
  });
});

test("a person who has used up his own limit at GitHub stops nobody else", async () => {
  const { connector, partner } = bound;
  const connect = async (login: string) => {
    const { state } = await getInstallUrl(connector, partner);
    const browser = customerBrowser();
    await signIn(browser, connector, login);
    const query = new URLSearchParams({ state }).toString();
    await browser.visit(`${connector.url}/github/app/connect?${query}`);
    await browser.click("Authorize");
    return browser;
  };
  connector.sandbox.world.install("octocat");
  connector.sandbox.fault({
    ...limit(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetIn(3000) }),
    match: { path: "/user" },
    times: 1,
  });
  const limited = await connect("octo-member");
  expect(limited.status).toBe(503);
  expect(Number(limited.headers["retry-after"])).toBeGreaterThan(2900);
  const other = await connect("octocat");
  expect({ status: other.status, buttons: other.buttons }).toEqual({
    status: 200,
    buttons: ["Connect octocat", "Cancel"],
  });
  endFaults(connector);
});
