import { type Browser, createBrowser } from "@layers/github-sandbox/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Standalone, type StandaloneFile, startStandalone } from "../src/index.ts";
import { quiet, type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

let folder: TemporaryFolder;
let standalone: Standalone;
let file: StandaloneFile;
beforeAll(async () => {
  folder = await temporaryFolder();
  standalone = await startStandalone(quiet(folder.path));
  if (!standalone.development) throw new Error("Expected a start in development.");
  ({ file } = standalone.development);
}, 60_000);
afterAll(async () => {
  await standalone[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** What a script on the portal's own page gets, with the cookies that the browser has. */
async function fromPage(browser: Browser, target: string, body?: object) {
  const [method = "", path = ""] = target.split(" ");
  const cookies = await browser.cookies(file.baseUrl);
  const response = await fetch(file.baseUrl + path, {
    method,
    headers: {
      cookie: Object.entries(cookies)
        .map(([name, value]) => `${name}=${value}`)
        .join("; "),
      "sec-fetch-site": "same-origin",
      "content-type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

test("a user signs in, links GitHub and completes an installation, in one browser", async () => {
  const browser = createBrowser();
  await browser.visit(file.portal?.signInUrl ?? "");
  await browser.click("owner");
  const status = () => fromPage(browser, "GET /github/status");
  expect(await status()).toEqual({ connected: false, appInstalled: false });
  const complete = (installation_id: unknown) =>
    fromPage(browser, "POST /github/app/install/complete", { installation_id });
  expect(await complete(1)).toMatchObject({ code: "GITHUB_RECONNECT", reconnect: true });

  await browser.click("Link a GitHub account");
  await browser.click("globex-admin");
  await browser.click("Authorize");
  expect(browser.title).toContain("Your GitHub account is linked");
  expect(await status()).toMatchObject({ connected: true, username: "globex-admin" });

  const { installations } = await fromPage(browser, "GET /user/installations");
  const [globex] = installations as { id: number }[];
  expect(await complete(globex?.id)).toEqual({ ok: true, status: "installed" });
  expect(await complete(globex?.id)).toEqual({ ok: true, status: "updated" });
  expect(await status()).toMatchObject({ connected: true, appInstalled: true });
  const uninstalled = await fromPage(browser, "POST /github/app/uninstall", {});
  expect(uninstalled).toMatchObject({ ok: true, status: "uninstalled" });
  expect(await status()).toMatchObject({ appInstalled: false });
});
