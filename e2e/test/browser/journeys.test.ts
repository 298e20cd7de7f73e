import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Standalone, startStandalone } from "@layers/standalone";
import type { Browser, BrowserContext, Page, Response } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "./chromium.ts";

describe.skipIf(!hasChromium())("in a real browser", { timeout: 60_000 }, () => {
  let folder: string;
  let standalone: Standalone;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "layers-browser-"));
    const anyPorts = { PORT: "0", PARTNER_PORT: "0", GITHUB_SANDBOX_PORT: "0" };
    standalone = await startStandalone({ ...anyPorts, DATA_DIR: folder, LOG_LEVEL: "error" });
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await standalone?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    await fetch(`${urls().githubWebUrl}/_sandbox/reset`, { method: "POST" });
    context = await browser.newContext();
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    complaints.length = 0;
  });

  const urls = () => {
    if (!standalone.development) throw new Error("Expected development URLs.");
    return standalone.development.file;
  };
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  const text = (selector: string) => page.locator(selector).innerText();

  test("an owner installs the App and sees his repositories at the partner", async () => {
    await page.goto(urls().partnerUrl);
    await button("Connect GitHub").click();
    await button("octo-admin").click();
    await link("acme-coffee").click();
    await page.getByLabel("All repositories").check();
    await button("Install").click();
    await button("Authorize").click();
    expect(await text("h1")).toBe("Connect GitHub to Gic Growth?");
    await button("Connect acme-coffee").click();

    await page.waitForURL(`${urls().partnerUrl}/`);
    expect(await text("h1")).toBe("Connected to acme-coffee");
    expect(await text("main")).toContain("Status: active");
    const names = new Set(await page.locator("li a").allInnerTexts());
    while (await link("Next").count()) {
      await link("Next").click();
      for (const name of await page.locator("li a").allInnerTexts()) names.add(name);
    }
    expect(names.size).toBe(240);

    await button("Disconnect").click();
    expect(await text("h1")).toBe("Connect your GitHub account");
    expect(complaints).toEqual([]);
  });

  /** Goes to the connect page, as somebody. */
  async function connectInstalled(login: string) {
    await page.goto(urls().partnerUrl);
    await link("The App is installed already").click();
    await button(login).click();
    await button("Authorize").click();
  }

  test("an owner connects what is installed already", async () => {
    await connectInstalled("globex-admin");
    await button("Connect globex").click();
    await page.waitForURL(`${urls().partnerUrl}/`);
    expect(await text("h1")).toBe("Connected to globex");
    expect(await page.locator("li").count()).toBe(5);
    expect(await link("Next").count()).toBe(0);
    await button("Disconnect").click();
    expect(complaints).toEqual([]);
  });

  test("a member who is no owner comes back to the partner, which says why", async () => {
    await connectInstalled("octo-member");
    await page.waitForURL(`${urls().partnerUrl}/layers/callback?**`);
    expect(await text("main")).toContain(
      "It was not proven that this person administers the installation. not_proven",
    );
    await link("Back").click();
    expect(await text("h1")).toBe("Connect your GitHub account");
  });

  test("whoever declines comes back to the partner, which says so", async () => {
    await connectInstalled("globex-admin");
    await button("Cancel").click();
    await page.waitForURL(`${urls().partnerUrl}/layers/callback?**`);
    expect(await text("main")).toContain("The person did not agree. access_denied");
  });

  test("a link that somebody else began is refused by the partner", async () => {
    await connectInstalled("globex-admin");
    await button("Cancel").click();
    await page.waitForURL(`${urls().partnerUrl}/layers/callback?**`);
    const other = await browser.newPage();
    const response = await other.goto(page.url());
    expect(response?.status()).toBe(400);
    expect(await other.locator("main").innerText()).toContain("not from your session");
    await other.close();
  });

  test("the consent page lets its form lead to the partner, and nobody frame it", async () => {
    const pages: Response[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/github/app/oauth")) pages.push(response);
    });
    await connectInstalled("globex-admin");
    await button("Connect globex").waitFor();
    const consent = pages.at(-1);
    const headers = (await consent?.allHeaders()) ?? {};
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${urls().partnerUrl};`);
    expect(headers["x-frame-options"]).toBe("DENY");

    const body = await page.content();
    expect(await frameIt(context, { headers, body })).not.toContain("Connect globex");
    expect(await frameIt(context, { headers: html, body })).toContain("Connect globex");
  });
});

const html = { "content-type": "text/html" };

/** What a frame shows of a page, in a page of another site. */
async function frameIt(
  context: BrowserContext,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<string> {
  const attacker = await context.newPage();
  const consentUrl = "http://127.0.0.1:9/consent";
  await attacker.route("http://127.0.0.1:9/**", (route) => route.fulfill({ headers, body }));
  await attacker.route("http://localhost:9/**", (route) =>
    route.fulfill({ headers: html, body: `<iframe src="${consentUrl}"></iframe>` }),
  );
  await attacker.goto("http://localhost:9/");
  const frame = attacker.frames()[1];
  return (await frame?.content()) ?? "";
}
