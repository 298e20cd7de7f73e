import { createHash, randomBytes } from "node:crypto";
import {
  createGitHubLinks,
  createOctokitGitHub,
  createSealer,
  type GitHubLinks,
  parseVersionedSecrets,
  systemClock,
} from "@layers/api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appKeys, type Connector, clientSecret, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import { githubCallsDuring } from "../src/upstream.ts";
import { openSession } from "../src/visit.ts";

const userId = "6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11";
const nearlyEightHours = 28_800 - 60;

let connector: Connector;
let offsetSeconds: number;
/** Two of them share a database as two processes do. */
let links: [GitHubLinks, GitHubLinks];
let github: ReturnType<typeof createOctokitGitHub>;

beforeEach(async () => {
  connector = await startConnector();
  offsetSeconds = 0;
  const { sandbox, store } = connector;
  github = createOctokitGitHub({
    apiUrl: sandbox.apiUrl,
    webUrl: sandbox.url,
    edition: "dotcom",
    appId: String(sandbox.app.id),
    appSlug: sandbox.app.slug,
    clientId: sandbox.app.clientId,
    clientSecret,
    privateKeys: [appKeys.privateKey],
  });
  const sealer = createSealer(parseVersionedSecrets(`1:${randomBytes(32).toString("base64")}`));
  const create = () =>
    createGitHubLinks({
      store,
      github,
      sealer,
      clock: () => systemClock() + offsetSeconds * 1_000_000,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    });
  links = [create(), create()];
});
afterEach(() => connector[Symbol.asyncDispose]());

/** Authorizes the App as a person does, and links that account. */
async function linkAs(login: string): Promise<string> {
  const { cookie } = await openSession(connector.sandbox, login);
  const codeVerifier = randomBytes(48).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const redirectUri = `${connector.url}/github/app/oauth`;
  const page = github.authorizeUrl({ state: "s".repeat(32), codeChallenge, redirectUri });
  const { headers } = await fetch(page, { headers: { cookie }, redirect: "manual" });
  const code = new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
  const grant = await github.exchangeCode({ code, codeVerifier, redirectUri });
  if (!grant) throw new Error("GitHub refused the code.");
  await links[0].link(userId, await github.readUser(grant.token), grant);
  return grant.token;
}

const refreshes = (calls: readonly string[]) =>
  calls.filter((call) => call.endsWith("/login/oauth/access_token"));

test("a link's token is kept encrypted and given while it lives", async () => {
  const token = await linkAs("octo-admin");
  expect(await links[1].tokenOf(userId)).toBe(token);
  expect(await links[1].find(userId)).toMatchObject({ githubLogin: "octo-admin", endedAt: null });
  expect(JSON.stringify(readDatabase(connector))).not.toContain(token);
});

test("an expiring token that a hundred ask for in two processes is refreshed once", async () => {
  const first = await linkAs("octo-admin");
  offsetSeconds = nearlyEightHours;
  const tokens = new Set<string>();
  const calls = await githubCallsDuring(connector, async () => {
    const asked = Array.from({ length: 100 }, (_, each) => (each % 2 ? links[0] : links[1]));
    for (const token of await Promise.all(asked.map((each) => each.tokenOf(userId))))
      tokens.add(token);
  });
  expect(refreshes(calls)).toHaveLength(1);
  expect(tokens.size).toBe(1);
  expect(tokens).not.toContain(first);
  const [token = ""] = tokens;
  expect(await github.readUser(token)).toMatchObject({ login: "octo-admin" });
});

test("a link whose token GitHub refuses has ended, until the user links again", async () => {
  const token = await linkAs("octo-admin");
  connector.sandbox.world.revokeAuthorization("octo-admin");
  const read = () => links[1].use(userId, (each) => github.readUser(each));
  await expect(read()).rejects.toMatchObject({ code: "GITHUB_RECONNECT" });
  const calls = await githubCallsDuring(connector, () =>
    expect(read()).rejects.toMatchObject({ code: "GITHUB_RECONNECT" }),
  );
  expect(calls).toEqual([]);
  expect(await linkAs("octo-admin")).not.toBe(token);
  expect(await read()).toMatchObject({ login: "octo-admin" });
});

test("a user who linked nothing, and one whose refresh token GitHub refuses, must link", async () => {
  await expect(links[0].tokenOf(userId)).rejects.toMatchObject({ code: "GITHUB_RECONNECT" });
  await linkAs("octo-admin");
  connector.sandbox.world.revokeAuthorization("octo-admin");
  offsetSeconds = nearlyEightHours;
  await expect(links[0].tokenOf(userId)).rejects.toMatchObject({ code: "GITHUB_RECONNECT" });
  expect(await links[0].find(userId)).toMatchObject({ endedAt: expect.any(Number) as number });
});
