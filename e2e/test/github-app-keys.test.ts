import { createOctokitGitHub, type GitHub } from "@layers/api";
import { type GitHubSandbox, generateAppKeyPair, startGitHubSandbox } from "@layers/github-sandbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { githubCallsDuring } from "../src/upstream.ts";

const [oldKey, newKey] = [await generateAppKeyPair(), await generateAppKeyPair()];
const clientSecret = "rotation-client-secret";

let sandbox: GitHubSandbox;
beforeEach(async () => {
  const { publicKey } = oldKey;
  sandbox = await startGitHubSandbox({ port: 0, app: { publicKey, clientSecret } });
});
afterEach(() => sandbox.close());

const openGitHub = (...privateKeys: string[]): GitHub =>
  createOctokitGitHub({
    apiUrl: sandbox.apiUrl,
    webUrl: sandbox.url,
    edition: "dotcom",
    appId: String(sandbox.app.id),
    appSlug: sandbox.app.slug,
    clientId: sandbox.app.clientId,
    clientSecret,
    privateKeys,
  });

/** How many requests it takes to mint a token. */
async function requestsToMint(github: GitHub): Promise<number> {
  const reached = await githubCallsDuring({ sandbox }, async () => {
    const { id } = sandbox.world.installation("globex") ?? expect.fail();
    expect(await github.mintToken(id, {})).toMatchObject({ kind: "minted" });
  });
  return reached.length;
}

describe("G-07: the App's private key is rotated", () => {
  const orders = {
    "the old one first": [oldKey.privateKey, newKey.privateKey],
    "the new one first": [newKey.privateKey, oldKey.privateKey],
  };

  test.each(Object.entries(orders))(
    "with both, %s: a refused key costs one more request, once",
    async (_order, keys) => {
      const github = openGitHub(...keys);
      const tries = [];
      for (const accepted of [oldKey, newKey, oldKey]) {
        sandbox.replaceAppKey(accepted.publicKey);
        tries.push(await requestsToMint(github), await requestsToMint(github));
      }
      const first = keys[0] === oldKey.privateKey ? 1 : 2;
      expect(tries).toEqual([first, 1, 2, 1, 2, 1]);
    },
  );

  test("with both and GitHub's clock off, they still are told apart", async () => {
    sandbox.replaceAppKey(newKey.publicKey);
    sandbox.clock(-600);
    const github = openGitHub(oldKey.privateKey, newKey.privateKey);
    expect(await requestsToMint(github)).toBeLessThanOrEqual(4);
    expect(await requestsToMint(github)).toBe(1);
  });

  test("many calls at the moment of the change all succeed", async () => {
    const github = openGitHub(oldKey.privateKey, newKey.privateKey);
    await github.readApp();
    sandbox.replaceAppKey(newKey.publicKey);
    const answers = await Promise.all(Array.from({ length: 20 }, () => github.readApp()));
    expect(answers).toHaveLength(20);
    expect(await requestsToMint(github)).toBe(1);
  });

  test("with keys that are both refused, GitHub is asked once with each", async () => {
    const { publicKey } = await generateAppKeyPair();
    sandbox.replaceAppKey(publicKey);
    const github = openGitHub(oldKey.privateKey, newKey.privateKey);
    const reached = await githubCallsDuring({ sandbox }, async () => {
      await expect(github.readApp()).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
    });
    expect(reached).toHaveLength(2);
  });
});
