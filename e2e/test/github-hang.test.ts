import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDatabaseButHandouts } from "../src/database.ts";
import {
  asking,
  askingOperations,
  type GithubBound,
  startGithubBound,
} from "../src/github-bound.ts";
import { customerBrowser, getInstallUrl, signIn } from "../src/journey.ts";
import { expectRefusal } from "../src/refusal.ts";
import { callOver } from "../src/transports.ts";
import { endFaults, githubCallsDuring } from "../src/upstream.ts";

let bound: GithubBound;
beforeAll(async () => {
  bound = await startGithubBound();
  bound.connector.sandbox.world.install("octocat");
});
afterAll(() => bound.connector[Symbol.asyncDispose]());

/** Eight seconds toward GitHub, and time for a busy machine. */
const mostMilliseconds = 15_000;

/** A person who is about to say who he is. */
async function openAuthorizePage() {
  const { connector, partner } = bound;
  const { state } = await getInstallUrl(connector, partner);
  const browser = customerBrowser();
  await signIn(browser, connector, "octocat");
  const query = new URLSearchParams({ state }).toString();
  await browser.visit(`${connector.url}/github/app/connect?${query}`);
  return browser;
}

/** All but the proof that a page's failed trip has spent. */
function readLasting() {
  const { oauthFlows: _trips, ...lasting } = readDatabaseButHandouts(bound.connector);
  return lasting;
}

describe.concurrent("A199: when GitHub takes a call and never answers", () => {
  test("R-30: every operation and page gives up after eight seconds, having changed nothing", async () => {
    const { connector } = bound;
    const browser = await openAuthorizePage();
    for (const path of ["/api/v3/*", "/login/oauth/access_token"])
      connector.sandbox.fault({ kind: "hang", match: { path } });
    const before = readLasting();
    const startedAt = performance.now();
    const reached = await githubCallsDuring(connector, () =>
      Promise.all([
        browser.click("Authorize"),
        ...askingOperations.map(async (name) => {
          const answer = await callOver("REST", connector, { name, ...asking[name](bound).call });
          expectRefusal(answer, "GITHUB_UNAVAILABLE");
        }),
      ]),
    );
    expect(performance.now() - startedAt).toBeLessThan(mostMilliseconds);
    expect(reached).toHaveLength(askingOperations.length + 1);
    expect({ status: browser.status, links: browser.links }).toEqual({
      status: 502,
      links: ["Try again"],
    });
    expect(readLasting()).toEqual(before);

    endFaults(connector);
    await browser.click("Try again");
    expect(browser.buttons).toContain("Connect octocat");
    for (const name of askingOperations) {
      const answer = await callOver("REST", connector, { name, ...asking[name](bound).call });
      expect(`${name} ${answer.status < 300}`).toBe(`${name} true`);
    }
  }, 60_000);
});

describe.concurrent("when GitHub answers each call late", () => {
  test("what asks it often gives up before the connection is dropped", async () => {
    const late = await startGithubBound();
    late.connector.sandbox.fault({ kind: "latency", ms: 4500 });
    const { key } = late.partner;
    const call = { name: "github.installationHealth", key };
    expectRefusal(await callOver("REST", late.connector, call), "GITHUB_UNAVAILABLE");
    await late.connector[Symbol.asyncDispose]();
  }, 60_000);
});
