import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Layers } from "@layers/client";
import { generateAppKeyPair, startGitHubSandbox } from "@layers/github-sandbox";
import { describe, expect, test } from "vitest";
import { startStandalone } from "../src/index.ts";
import { quiet, temporaryFolder } from "./temporary-folder.ts";

const appKeys = await generateAppKeyPair();
const realApp = {
  GITHUB_APP_ID: "1204501",
  GITHUB_APP_SLUG: "layers-connector",
  GITHUB_APP_CLIENT_ID: "Iv23liLayersConnect0",
  GITHUB_APP_CLIENT_SECRET: "secret",
  GITHUB_APP_PRIVATE_KEY: appKeys.privateKey,
};

describe("with an App of its own", () => {
  test("starts no stand-in, and talks to the GitHub that is configured", async () => {
    await using folder = await temporaryFolder();
    await using github = await startGitHubSandbox({
      port: 0,
      app: { publicKey: appKeys.publicKey, clientSecret: "secret" },
    });
    await using standalone = await startStandalone({
      ...quiet(folder.path),
      ...realApp,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_WEB_URL: github.url,
    });
    expect(standalone.development).toMatchObject({
      hasStandIn: false,
      file: { githubWebUrl: github.url, githubApp: { id: 1204501, privateKeyPath: null } },
    });
    const { keys, baseUrl, returnUrl } = standalone.development?.file ?? expect.fail();
    const layers = new Layers({ apiKey: keys.admin, baseUrl });
    const { authUrl } = await layers.github.installUrl({ returnUrl });
    expect(authUrl).toContain(`${github.url}/github-apps/layers-connector/installations/new?`);
    expect(await readdir(join(folder.path, "data"))).not.toContain("github-app.pem");
  });

  test.each(Object.keys(realApp))("names %s when it is missing", async (name) => {
    await using folder = await temporaryFolder();
    const starting = startStandalone({ ...quiet(folder.path), ...realApp, [name]: "" });
    await expect(starting).rejects.toMatchObject({
      name: "EnvError",
      message: expect.stringContaining(name),
    });
  });

  test.each([
    ["PORT", "http"],
    ["PARTNER_PORT", "70000"],
    ["PUBLIC_URL", "http://connect.example.com"],
    ["DATABASE_URL", "postgres://127.0.0.1/layers"],
    ["KEY_PEPPERS", "1:c2hvcnQ="],
    ["ENCRYPTION_KEYS", "secret"],
    ["GITHUB_APP_ID", "my-app"],
    ["GITHUB_APP_PRIVATE_KEY", "secret"],
    ["GITHUB_APP_PRIVATE_KEY", appKeys.privateKey.slice(0, 200)],
    ["GITHUB_APP_PRIVATE_KEY", appKeys.publicKey],
    ["GITHUB_APP_PRIVATE_KEY_FILE", "/nowhere.pem"],
    ["GITHUB_WEBHOOK_SECRET", "short"],
    ["GITHUB_API_URL", "api.github.com"],
  ])("names %s when it is wrong", async (name, value) => {
    await using folder = await temporaryFolder();
    const starting = startStandalone({ ...quiet(folder.path), ...realApp, [name]: value });
    const error: unknown = await starting.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "EnvError", message: expect.stringContaining(name) });
  });

  test("serves live keys in production, with nothing for developers", async () => {
    await using folder = await temporaryFolder();
    const keyFile = join(folder.path, "app.pem");
    await writeFile(keyFile, appKeys.privateKey);
    const { GITHUB_APP_PRIVATE_KEY: _key, ...app } = realApp;
    await using standalone = await startStandalone({
      ...quiet(folder.path),
      ...app,
      GITHUB_APP_PRIVATE_KEY_FILE: keyFile,
      NODE_ENV: "production",
      DRAIN_SECONDS: "0",
      PORT: "0",
      PUBLIC_URL: "https://connect.example.com",
      DATABASE_URL: `file:${join(folder.path, "live.db")}`,
      GITHUB_WEBHOOK_SECRET: "a-webhook-secret",
      KEY_PEPPERS: `1:${Buffer.alloc(32, 1).toString("base64")}`,
      ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 2).toString("base64")}`,
    });
    expect(standalone).toMatchObject({ url: "https://connect.example.com" });
    expect(standalone.development).toBeUndefined();
    expect(await readdir(folder.path)).toEqual(expect.not.arrayContaining(["data"]));
  });
});
