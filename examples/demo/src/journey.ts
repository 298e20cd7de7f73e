import { deepStrictEqual, ok } from "node:assert/strict";
import { Layers, LayersError } from "@layers/client";
import { type Browser, createBrowser } from "@layers/github-sandbox/browser";
import type { StandaloneFile } from "@layers/standalone";
import { Octokit } from "octokit";
import type { Narrator } from "./narrator.ts";
import { createToldFetch } from "./told-fetch.ts";

interface Traveller {
  readonly narrator: Narrator;
  readonly layers: Layers;
  readonly file: StandaloneFile;
}

/** From the partner's button to a token that works, and back. Rejects where something is not as it should be. */
export async function travel(file: StandaloneFile, narrator: Narrator): Promise<void> {
  const fetch = createToldFetch(narrator);
  const layers = new Layers({ apiKey: file.keys.admin, baseUrl: file.baseUrl, fetch });
  const traveller = { narrator, layers, file };
  const proven = await install(traveller);
  await register(traveller, proven);
  await listRepositories(traveller);
  const octokit = await mint(traveller, fetch);
  await detach(traveller, octokit);
}

const account = "acme-coffee";
const repository = "espresso-worker";

interface Proven {
  readonly installationId: number;
  readonly state: string;
}

async function install({ narrator, layers, file }: Traveller): Promise<Proven> {
  narrator.step("The partner's back end asks for an install URL");
  const { returnUrl } = file;
  const { authUrl, state } = await layers.github.installUrl({ returnUrl });

  narrator.step("The customer installs the App on GitHub");
  const browser = createBrowser({ stopAt: (url) => url.href.startsWith(returnUrl) });
  const person = createPerson(browser, narrator);
  await person.opens(authUrl);
  await person.clicks("octo-admin", "signs in as octo-admin");
  await person.clicks(account);
  browser.choose("All repositories");
  await person.clicks("Install", "chooses “All repositories” and clicks “Install”");

  narrator.step("Layers asks GitHub who the customer is: only an owner can connect the account");
  await person.clicks("Authorize");

  narrator.step("Layers asks the customer whether this partner may use the installation");
  await person.clicks(`Connect ${account}`);

  narrator.step("The browser is back at the partner, with what the partner needs");
  const arrived = Object.fromEntries(new URL(browser.url).searchParams);
  narrator.got(JSON.stringify(arrived, null, 2));
  deepStrictEqual(arrived["state"], state, "The state must come back unchanged");
  const installationId = Number(arrived["installation_id"]);
  ok(installationId > 0, "An installation_id must come along");
  return { installationId, state };
}

/** A person at a browser, who is watched. */
function createPerson(browser: Browser, narrator: Narrator) {
  const arrived = () => narrator.got(`${browser.url}\n${browser.title}`.trimEnd());
  return {
    async opens(url: string) {
      narrator.does(`The customer opens ${url}`);
      await browser.visit(url);
      arrived();
    },
    async clicks(button: string, words = `clicks “${button}”`) {
      narrator.does(`The customer ${words}`);
      await browser.click(button);
      arrived();
    },
  };
}

async function register({ narrator, layers }: Traveller, proven: Proven): Promise<void> {
  narrator.step("The partner registers the installation");
  const registered = await layers.github.registerInstallation(proven);
  deepStrictEqual(registered.githubAccount, { login: account, type: "Organization" });
  deepStrictEqual(registered.status, "active");

  narrator.step("From now on it can be read");
  const installation = await layers.github.getInstallation();
  deepStrictEqual(installation.registeredAt, registered.registeredAt);
}

async function listRepositories({ narrator, layers }: Traveller): Promise<void> {
  narrator.step("The partner lists the repositories, page by page");
  const names = new Set<string>();
  let cursor: string | null | undefined;
  do {
    const page = await layers.github.listRepos({ limit: 100, ...(cursor && { cursor }) });
    for (const { fullName } of page.items) names.add(fullName);
    cursor = page.nextCursor;
  } while (cursor);
  narrator.got(`${names.size} repositories in all`);
  deepStrictEqual(names.size, 240);
}

type Fetch = ReturnType<typeof createToldFetch>;

async function mint({ narrator, layers, file }: Traveller, fetch: Fetch): Promise<Octokit> {
  narrator.step("The partner gets a token for one repository, to read its contents");
  const { token } = await layers.github.createToken({
    repositories: [repository],
    permissions: { contents: "read" },
  });

  narrator.step("The token works with any client of GitHub, here Octokit");
  const octokit = new Octokit({ auth: token, baseUrl: file.githubApiUrl, request: { fetch } });
  const { data } = await octokit.request("GET /installation/repositories");
  const names = data.repositories.map((each) => each.full_name);
  deepStrictEqual(names, [`${account}/${repository}`]);
  return octokit;
}

async function detach({ narrator, layers }: Traveller, octokit: Octokit): Promise<void> {
  narrator.step("The partner detaches the installation");
  const { status } = await layers.github.detachInstallation();
  deepStrictEqual(status, "detached");

  narrator.step("The token is dead, and nothing is bound");
  const refusal = await octokit.request("GET /installation/repositories").catch(toStatus);
  deepStrictEqual(refusal, 401, "GitHub must refuse the token");
  const unbound = await layers.github.getInstallation().catch((error: unknown) => error);
  ok(unbound instanceof LayersError, "Reading the installation must fail");
  deepStrictEqual(unbound.code, "NOT_FOUND");
}

const toStatus = (error: unknown): unknown =>
  error instanceof Error && "status" in error ? error.status : error;
