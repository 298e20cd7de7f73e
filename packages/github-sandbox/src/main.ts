import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toEdition } from "./edition.ts";
import { generateAppKeyPair, startGitHubSandbox } from "./index.ts";

const { env } = process;

/** What a consumer of the App has to know, in files that only this user can read, until the end. */
async function prepareSecrets() {
  const directory = mkdtempSync(join(tmpdir(), "github-sandbox-"));
  const clientSecret = env["GITHUB_SANDBOX_CLIENT_SECRET"] ?? randomBytes(20).toString("hex");
  const given = env["GITHUB_SANDBOX_PRIVATE_KEY_PATH"];
  if (given) return { directory, clientSecret, keyPath: given, pem: readFileSync(given, "utf8") };
  const keyPath = join(directory, "private-key.pem");
  const { privateKey: pem } = await generateAppKeyPair();
  writeFileSync(keyPath, pem, { mode: 0o600 });
  return { directory, clientSecret, keyPath, pem };
}

const port = Number(env["GITHUB_SANDBOX_PORT"] ?? 4010);
const edition = toEdition(env["GITHUB_SANDBOX_EDITION"] ?? "dotcom");
const setupUrl = env["GITHUB_SANDBOX_SETUP_URL"] ?? null;
const callbackUrls = (env["GITHUB_SANDBOX_CALLBACK_URLS"] ?? "").split(",").filter(Boolean);
const stateFile = env["GITHUB_SANDBOX_STATE_FILE"];
const hookUrl = env["GITHUB_SANDBOX_WEBHOOK_URL"];
const hookSecret = env["GITHUB_SANDBOX_WEBHOOK_SECRET"] ?? randomBytes(20).toString("hex");
const hook = hookUrl ? { url: hookUrl, secret: hookSecret } : null;

const { directory, clientSecret, keyPath, pem } = await prepareSecrets();
const sandbox = await startGitHubSandbox({
  port,
  edition,
  app: { privateKey: pem, clientSecret, setupUrl, callbackUrls, hook },
  ...(stateFile && { stateFile }),
});

const settings = {
  GITHUB_URL: sandbox.url,
  GITHUB_API_URL: sandbox.apiUrl,
  GITHUB_APP_ID: sandbox.app.id,
  GITHUB_APP_SLUG: sandbox.app.slug,
  GITHUB_CLIENT_ID: sandbox.app.clientId,
  GITHUB_CLIENT_SECRET: clientSecret,
  GITHUB_PRIVATE_KEY_PATH: keyPath,
  ...(hook && { GITHUB_WEBHOOK_SECRET: hook.secret }),
};
const settingsPath = join(directory, "app.env");
const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
writeFileSync(settingsPath, lines.join(""), { mode: 0o600 });

console.log(`Stand-in GitHub (${edition})
  pages and OAuth  ${sandbox.url}
  REST API         ${sandbox.apiUrl}
  install page     ${sandbox.url}/github-apps/${sandbox.app.slug}/installations/new
  App              id ${sandbox.app.id}, client id ${sandbox.app.clientId}
  to configure     ${settingsPath} (with the client secret and the key's path)
  setup URL        ${setupUrl ?? "none: set GITHUB_SANDBOX_SETUP_URL"}
  webhook URL      ${hookUrl ?? "none: set GITHUB_SANDBOX_WEBHOOK_URL"}
  callback URLs    ${callbackUrls.join(", ") || "none: set GITHUB_SANDBOX_CALLBACK_URLS"}`);

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    void sandbox.close().then(() => {
      rmSync(directory, { recursive: true });
      process.exit(0);
    });
  });
