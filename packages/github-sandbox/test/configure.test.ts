import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  arrivalOf,
  installUrl,
  jwtOf,
  openBrowser,
  setupUrl,
  startSandbox,
} from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const configureUrl = `${sandbox.url}/organizations/globex/settings/installations/50291001`;

async function openConfigure(url = configureUrl) {
  const browser = await openBrowser(sandbox, "globex-admin");
  await browser.visit(url);
  return browser;
}

const installation = async () => {
  const route = "GET /app/installations/50291001";
  return api(sandbox, route, { token: await jwtOf(sandbox) });
};

describe("The configure page", () => {
  test("returns to the setup URL after Save, with the state it was reached with", async () => {
    const browser = await openConfigure(installUrl(sandbox, "?state=mine"));
    await browser.click("globex");
    browser.choose("Only select repositories");
    browser.choose("rocket");
    await browser.click("Save");
    expect(arrivalOf(browser)).toEqual({
      address: setupUrl,
      params: { installation_id: "50291001", setup_action: "update", state: "mine" },
    });
    expect((await installation()).body.repository_selection).toBe("selected");
    const token = await jwtOf(sandbox);
    const [rocket, payroll] = await Promise.all(
      ["rocket", "payroll"].map((name) =>
        api(sandbox, `GET /repos/globex/${name}/installation`, { token }),
      ),
    );
    expect([rocket?.status, payroll?.status]).toEqual([200, 404]);
  });

  test("returns without a state when it was opened without one", async () => {
    const browser = await openConfigure();
    await browser.click("Save");
    expect(arrivalOf(browser).params).toEqual({
      installation_id: "50291001",
      setup_action: "update",
    });
  });

  test("shows what is selected", async () => {
    const browser = await openConfigure();
    browser.choose("Only select repositories");
    browser.choose("payroll");
    await browser.click("Save");
    await browser.visit(configureUrl);
    browser.choose("rocket");
    await browser.click("Save");
    const token = await jwtOf(sandbox);
    const statuses = await Promise.all(
      ["payroll", "rocket", "hydration-portal"].map(
        async (name) =>
          (await api(sandbox, `GET /repos/globex/${name}/installation`, { token })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 404]);
  });

  test("uninstalls without returning", async () => {
    const browser = await openConfigure(`${configureUrl}?state=mine`);
    await browser.click("Uninstall");
    expect(browser.url).toBe(`${sandbox.url}/organizations/globex/settings/installations`);
    expect((await installation()).status).toBe(404);
    await browser.visit(configureUrl);
    expect(browser.status).toBe(404);
  });

  test("suspends and unsuspends, keeping the state", async () => {
    const browser = await openConfigure(`${configureUrl}?state=mine`);
    await browser.click("Suspend");
    expect((await installation()).body.suspended_by.login).toBe("globex-admin");
    expect(browser.url).toBe(`${configureUrl}?state=mine`);
    await browser.click("Unsuspend");
    expect((await installation()).body.suspended_at).toBeNull();
  });

  test("is reached from the account's list of Apps", async () => {
    const browser = await openConfigure(sandbox.url);
    await browser.click("GitHub Apps of globex");
    await browser.click("Configure");
    expect(browser.url).toBe(configureUrl);
  });

  test("of a person's own account is at his own address", async () => {
    sandbox.world.install("octocat");
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(`${sandbox.url}/settings/installations/50291845`);
    expect(browser.buttons).toContain("Save");
    await browser.visit(`${sandbox.url}/organizations/octocat/settings/installations/50291845`);
    expect(browser.status).toBe(404);
  });

  test.each(["octo-admin", "octo-member", "octocat"])("is not found for %s", async (login) => {
    const browser = await openBrowser(sandbox, login);
    await browser.visit(configureUrl);
    expect(browser.status).toBe(404);
    await browser.visit(`${sandbox.url}/settings/installations/50291001`);
    expect(browser.status).toBe(404);
  });
});
