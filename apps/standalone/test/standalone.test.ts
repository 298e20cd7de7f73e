import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createApiClient, Layers } from "@layers/client";
import { type Browser, createBrowser } from "@layers/github-sandbox/browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Standalone, type StandaloneFile, startStandalone } from "../src/index.ts";
import { quiet, type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

const fileOf = ({ development }: Standalone): StandaloneFile => {
  if (!development) throw new Error("Expected a start in development.");
  return development.file;
};

/** What `curl` prints. */
async function curl(url: string, key: string, body?: object) {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
}

describe("a started service", () => {
  let folder: TemporaryFolder;
  let standalone: Standalone;
  let file: StandaloneFile;
  beforeAll(async () => {
    folder = await temporaryFolder();
    standalone = await startStandalone(quiet(folder.path));
    file = fileOf(standalone);
  });
  afterAll(async () => {
    await standalone[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  test("serves all surfaces on one port, by both names of this machine", async () => {
    for (const path of ["/", "/docs", "/openapi.json", "/livez", "/readyz", "/github/app/callback"])
      expect([path, (await fetch(file.baseUrl + path)).status]).toEqual([path, 200]);
    const other = file.baseUrl.replace("127.0.0.1", "localhost");
    expect((await fetch(`${other}/livez`)).status).toBe(200);
    const api = createApiClient({
      url: file.trpcUrl,
      headers: { Authorization: `Bearer ${file.keys.admin}` },
    });
    expect(await api.keys.whoami.query()).toMatchObject({ organizationName: "Gic Growth" });
  });

  test("is told by the stand-in what happens there, and takes it", async () => {
    const admin = `${file.githubWebUrl}/_sandbox`;
    for (const action of ["suspend", "unsuspend"]) {
      const body = JSON.stringify({ account: "globex", action });
      expect((await fetch(`${admin}/installations`, { method: "POST", body })).status).toBe(200);
    }
    await fetch(`${admin}/deliveries/sent`);
    const deliveries: unknown = await (await fetch(`${admin}/deliveries`)).json();
    const taken = { url: `${file.baseUrl}/github/webhooks`, statusCode: 202 };
    expect(deliveries).toMatchObject([taken, taken]);
  });

  test("has keys of two organizations, and one that may do nothing", async () => {
    const whoami = (apiKey: string) => new Layers({ apiKey, baseUrl: file.baseUrl }).keys.whoami();
    const { admin, noScope, otherOrg } = file.keys;
    const port = new URL(file.partnerUrl).port;
    const mine = await whoami(admin);
    expect(mine).toMatchObject({
      env: "test",
      tier: "unlimited",
      scopes: ["github:admin", "github:token"],
      allowedReturnDomains: [
        "app.gicgrowth.com",
        `http://127.0.0.1:${port}`,
        `http://localhost:${port}`,
      ],
    });
    const { organizationId } = mine;
    expect(await whoami(noScope)).toMatchObject({ organizationId, scopes: [] });
    const others = await whoami(otherOrg);
    expect(others.organizationId).not.toBe(organizationId);
    expect(others).toMatchObject({ tier: "unlimited", scopes: ["github:admin", "github:token"] });
  });

  test("signs portal users in, by a button or with a token of the file", async () => {
    const { signInUrl, cookieName, users } = file.portal ?? {};
    if (!signInUrl || !users) throw new Error("Expected a portal.");
    const read = async (headers: Record<string, string>) =>
      (await fetch(`${file.baseUrl}/v1/github/installation`, { headers })).status;
    expect(await (await fetch(signInUrl)).text()).toContain('value="stranger"');
    for (const [user, status] of Object.entries({ owner: 404, member: 404, stranger: 403 })) {
      const body = new URLSearchParams({ user });
      const signedIn = await fetch(signInUrl, { method: "POST", body, redirect: "manual" });
      const [cookie = ""] = (signedIn.headers.getSetCookie()[0] ?? "").split(";");
      expect(cookie).toMatch(new RegExp(`^${cookieName}=eyJ`));
      expect([user, await read({ cookie })]).toEqual([user, status]);
    }
    expect(await read({ authorization: `Bearer ${users.otherOwner.token}` })).toBe(404);
    const nobody = { method: "POST", body: new URLSearchParams({ user: "toString" }) };
    expect((await fetch(signInUrl, nobody)).headers.getSetCookie()).toEqual([]);
  });

  test("answers the documentation's two examples as they are printed", async () => {
    const url = `${file.baseUrl}/v1/github/installation`;
    const query = new URLSearchParams({ returnUrl: file.returnUrl }).toString();
    const asked = await curl(`${url}/install-url?${query}`, file.keys.admin);
    const state = String(asked.body["state"]);
    const link = `${file.githubWebUrl}/github-apps/layers-connector/installations/new?state=${state}&redirect_uri=https%3A%2F%2Fapp.gicgrowth.com%2Flayers%2Fcallback`;
    expect(asked).toEqual({
      status: 200,
      body: {
        authUrl: link,
        installUrl: link,
        state: expect.stringMatching(/^[\w-]{32}$/),
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });

    const installationId = await install(link, file);
    const posted = { installationId, state };
    const registered = await curl(url, file.keys.admin, posted);
    expect(registered).toEqual({
      status: 201,
      body: {
        installationId: 50291845,
        githubAccount: { login: "acme-coffee", type: "Organization" },
        orgLogin: "acme-coffee",
        status: "active",
        registeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
      },
    });
    expect(await curl(url, file.keys.admin, posted)).toEqual(registered);
  });

  test("lets one of the keys manage the stand-in's enterprise, as the README shows", async () => {
    const apps = `${file.baseUrl}/enterprises/acme-corp/apps`;
    const { enterprise } = file.keys;
    const installations = `${apps}/organizations/acme-tea/installations`;
    const installed = await curl(installations, enterprise, {
      client_id: file.githubApp.clientId,
      repository_selection: "selected",
      repositories: ["kettle"],
    });
    expect(installed).toMatchObject({ status: 201, body: { repository_selection: "selected" } });
    const organizations = await curl(`${apps}/installable_organizations`, enterprise);
    expect(organizations.body).toMatchObject([{ login: "acme-coffee" }, { login: "acme-tea" }]);
  });
});

/** Installs the App on `acme-coffee`, up to the arrival at the partner. */
async function install(link: string, { returnUrl }: StandaloneFile): Promise<number> {
  const browser: Browser = createBrowser({ stopAt: ({ href }) => href.startsWith(returnUrl) });
  await browser.visit(link);
  for (const label of ["octo-admin", "acme-coffee", "Install"]) await browser.click(label);
  // Asked once only, and not forgotten over a restart.
  if (browser.buttons.includes("Authorize")) await browser.click("Authorize");
  await browser.click("Connect acme-coffee");
  return Number(new URL(browser.url).searchParams.get("installation_id"));
}

describe("a second start", () => {
  test("goes on where the first one stopped, on other ports too", async () => {
    await using folder = await temporaryFolder();
    const settings = quiet(folder.path);
    const start = () => startStandalone({ ...settings, PORT: "0" });
    const first = await start();
    const before = fileOf(first);
    const layers = new Layers({ apiKey: before.keys.admin, baseUrl: before.baseUrl });
    const { authUrl, state } = await layers.github.installUrl({ returnUrl: before.returnUrl });
    const installationId = await install(authUrl, before);
    const registered = await layers.github.registerInstallation({ installationId, state });
    await first[Symbol.asyncDispose]();

    await using second = await start();
    const after = fileOf(second);
    expect(after.keys).toEqual(before.keys);
    expect(after.baseUrl).not.toBe(before.baseUrl);
    const again = new Layers({ apiKey: before.keys.admin, baseUrl: after.baseUrl });
    expect(await again.github.getInstallation()).toMatchObject({
      registeredAt: registered.registeredAt,
    });
    expect((await again.github.listRepos()).items).toHaveLength(30);

    const returnUrl = `${after.partnerUrl}/layers/callback`;
    await again.github.detachInstallation({ uninstall: true });
    const next = await again.github.installUrl({ returnUrl });
    expect(await install(next.authUrl, { ...after, returnUrl })).toBeGreaterThan(installationId);
  });

  test.each([
    ["a database that is gone", "layers.db", undefined],
    ["a file that is gone", "standalone.json", undefined],
    ["a file that was cut short", "standalone.json", '{"keys": {"adm'],
    ["keys that were changed", "standalone.json", '{"keys": {"admin": "lp_test_x"}}'],
  ])("makes up for %s", async (_name, name, content) => {
    await using folder = await temporaryFolder();
    const settings = quiet(folder.path);
    const first = await startStandalone(settings);
    const before = fileOf(first);
    await first[Symbol.asyncDispose]();
    const path = join(settings.DATA_DIR, name);
    await (content === undefined ? rm(path) : writeFile(path, content));

    await using second = await startStandalone(settings);
    const { keys, baseUrl } = fileOf(second);
    expect(keys.admin).not.toBe(before.keys.admin);
    for (const apiKey of Object.values(keys))
      expect(await new Layers({ apiKey, baseUrl }).keys.whoami()).toMatchObject({ env: "test" });
    await expect(
      new Layers({ apiKey: before.keys.admin, baseUrl }).keys.whoami(),
    ).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    const stored = JSON.parse(await readFile(join(settings.DATA_DIR, "standalone.json"), "utf8"));
    expect(stored).toEqual(fileOf(second));
  });
});
