import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createBrowser } from "../src/browser/index.ts";
import { installUrl, openBrowser, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const sessionCookie = (response: Response) =>
  /github_sandbox_session=(\w+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "";

describe("Signing in", () => {
  test("sets an HttpOnly, SameSite=Lax cookie, new for the person", async () => {
    const page = await fetch(`${sandbox.url}/login`);
    const anonymous = sessionCookie(page);
    const csrf = /name="authenticity_token" value="(\w+)"/.exec(await page.text())?.[1] ?? "";
    const response = await fetch(`${sandbox.url}/session`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: `github_sandbox_session=${anonymous}` },
      body: new URLSearchParams({ login: "octocat", authenticity_token: csrf }),
    });
    expect(response.status).toBe(302);
    expect(response.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(sessionCookie(response)).not.toBe(anonymous);
  });

  test("can be undone, and done as somebody else", async () => {
    const browser = await openBrowser(sandbox, "octo-admin");
    expect(browser.text).toContain("Signed in as octo-admin");
    await browser.click("Sign out");
    expect(browser.text).not.toContain("Signed in as");
    await browser.visit(installUrl(sandbox));
    await browser.click("octo-member");
    expect(browser.text).toContain("Signed in as octo-member");
  });

  test.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
  ])("does not lead to %s", async (target) => {
    const browser = createBrowser({ stopAt: ({ hostname }) => hostname !== "127.0.0.1" });
    await browser.visit(
      `${sandbox.url}/login?${new URLSearchParams({ return_to: target }).toString()}`,
    );
    await browser.click("octocat");
    expect(browser.url).toBe(`${sandbox.url}/`);
  });
});

describe("A form", () => {
  const post = async (path: string, fields: Record<string, string>, cookie: string) =>
    fetch(`${sandbox.url}${path}`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie },
      body: new URLSearchParams(fields),
    });

  test("without the token of its own session changes nothing", async () => {
    const victim = await openBrowser(sandbox, "globex-admin");
    const attacker = await openBrowser(sandbox, "octocat");
    await attacker.visit(`${sandbox.url}/login`);
    const stolen = /name="authenticity_token" value="(\w+)"/.exec(attacker.text)?.[1] ?? "";
    const { github_sandbox_session } = await victim.cookies(sandbox.url);
    const cookie = `github_sandbox_session=${github_sandbox_session}`;
    const path = "/organizations/globex/settings/installations/50291001";
    for (const authenticity_token of ["", stolen]) {
      const response = await post(path, { action: "uninstall", authenticity_token }, cookie);
      expect(response.status).toBe(422);
    }
    expect(sandbox.world.installation("globex")?.id).toBe(50291001);
  });

  test("shows hostile text as text", async () => {
    const browser = await openBrowser(sandbox, "octo-admin");
    const state = `"><script>alert(1)</script>`;
    await browser.visit(installUrl(sandbox, `?${new URLSearchParams({ state }).toString()}`));
    await browser.click("acme-coffee");
    expect(browser.text).not.toContain("<script>");
    expect(browser.text).toContain("&quot;&gt;&lt;script&gt;");
    await browser.click("Install");
    expect(new URL(browser.url).searchParams.get("state")).toBe(state);
  });
});

describe("Every page", () => {
  test("is labelled as the stand-in's, may not be framed, and needs no script", async () => {
    const browser = await openBrowser(sandbox, "octocat");
    for (const path of ["/", "/login", "/apps/layers-connector/installations/new", "/nothing"]) {
      await browser.visit(`${sandbox.url}${path}`);
      expect(browser.title).toContain("Stand-in GitHub");
      expect(browser.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(browser.text).not.toContain("<script");
    }
    expect(browser.status).toBe(404);
  });
});
