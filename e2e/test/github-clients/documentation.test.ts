import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { bindAcme } from "../../src/journey.ts";
import { openPersonal, type Personal } from "../../src/personal.ts";

const run = promisify(execFile);
const page = readFileSync(new URL("../../../docs/github-clients.md", import.meta.url), "utf8");

/** The page's commands in one language, in the page's order. */
const blocksIn = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, code = ""]) => code,
  );

let connector: Connector;
let partner: Partner;
let personal: Personal;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
  personal = await openPersonal(connector);
}, 60_000);
afterAll(() => connector[Symbol.asyncDispose]());

/** Runs a program as a reader of the page does, and returns what it printed. */
async function print(program: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    LAYERS_URL: connector.url,
    KEY: partner.key,
    GHP: personal.ghp,
    INSTALLATION_ID: String(personal.installationId),
    REPOSITORY_ID: String(personal.otherRepositoryId),
    GITHUB_API_URL: connector.sandbox.apiUrl,
    APP_ID: String(connector.sandbox.app.id),
    APP_PRIVATE_KEY: connector.appPrivateKey,
  };
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  return (await run(program, args, { env, cwd })).stdout;
}

const inShell = (command = "") => print("bash", "-euo", "pipefail", "-c", command);
const inNode = (script = "") => print(process.execPath, "--input-type=module", "-e", script);

const [listing, again, membership] = blocksIn("sh");
const [octokit, app] = blocksIn("js");

test("the page has as many commands as are tried here", () => {
  expect([blocksIn("sh").length, blocksIn("js").length]).toEqual([3, 2]);
  expect(page.match(/^```/gm)).toHaveLength(2 * 5);
});

test("curl lists, and is led to the next page", async () => {
  const printed = await inShell(listing);
  expect(printed).toMatch(/^HTTP\/1\.1 200 /);
  expect(printed).toContain(`<${connector.url}/installation/repositories?per_page=2&page=2>`);
  expect(printed).toContain('"total_count":240');
});

test("curl is told by 304 that it has this answer", async () => {
  expect(await inShell(again)).toMatch(/^HTTP\/1\.1 304 /);
});

test("curl adds and removes a repository with a classic token", async () => {
  expect((await inShell(membership)).match(/^HTTP\/1\.1 \d+/gm)).toEqual([
    "HTTP/1.1 204",
    "HTTP/1.1 204",
  ]);
});

test("Octokit pages to the end", async () => {
  expect(await inNode(octokit)).toBe("240 repositories\n");
}, 30_000);

test("an App's own client brings its installation token", async () => {
  expect(await inNode(app)).toBe("1 repositories\n");
}, 30_000);
