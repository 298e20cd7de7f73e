import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, openBrowser } from "./harness.ts";
import { startHooked } from "./hook-harness.ts";

const hooked = await startHooked();
const { sandbox, told, act } = hooked;
const { world } = sandbox;

beforeEach(hooked.reset);
afterAll(hooked.close);

describe("In GitHub's pages", () => {
  test("an owner renames an organization, and what it owns", async () => {
    const owner = await openBrowser(sandbox, "globex-admin");
    await owner.visit(sandbox.url);
    await owner.click("Settings of globex");
    await owner.click("Rename", { login: "acme-coffee" });
    expect(owner.status).toBe(422);
    await owner.visit(`${sandbox.url}/organizations/globex/settings/profile`);
    await owner.click("Rename", { login: "globex-worldwide" });
    await owner.click("rocket");
    await owner.click("Rename", { name: "payroll" });
    expect(owner.status).toBe(422);
    await owner.visit(`${sandbox.url}/globex-worldwide/rocket/settings`);
    await owner.click("Rename", { name: "shuttle" });
    await owner.click("Make private");
    await owner.click("Make public");
    await owner.click("Delete this repository");
    expect(owner.links).not.toContain("shuttle");
    const { names, payloads } = await told();
    expect(names).toEqual([
      "installation_target.renamed",
      "repository.deleted",
      "repository.privatized",
      "repository.publicized",
      "repository.renamed",
    ]);
    expect(payloads["repository.renamed"].sender.login).toBe("globex-admin");
  });

  test("an owner transfers a repository to what is his own alone", async () => {
    world.install("acme-coffee");
    const owner = await openBrowser(sandbox, "octo-admin");
    await owner.visit(`${sandbox.url}/acme-tea/kettle/settings`);
    await owner.click("Transfer", { new_owner: "globex" });
    expect(owner.status).toBe(422);
    await owner.visit(`${sandbox.url}/acme-tea/kettle/settings`);
    await owner.click("Transfer", { new_owner: "acme-coffee" });
    expect(owner.title).toContain("acme-coffee/kettle");
    const { payloads } = await told();
    expect(payloads["repository.transferred"].changes.owner.from.organization.login).toBe(
      "acme-tea",
    );
  });

  test("an owner accepts what the App asks for today", async () => {
    const owner = await openBrowser(sandbox, "globex-admin");
    const page = `${sandbox.url}/organizations/globex/settings/installations/50291001`;
    await owner.visit(page);
    expect(owner.buttons).not.toContain("Accept new permissions");
    const change = { permissions: { metadata: "read", checks: "write" } };
    await act("POST /app", change);
    await owner.visit(page);
    await owner.click("Accept new permissions");
    expect(owner.buttons).not.toContain("Accept new permissions");
    const { names, payloads } = await told();
    expect(names).toEqual(["installation.new_permissions_accepted"]);
    expect(payloads["installation.new_permissions_accepted"]).toMatchObject({
      installation: change,
      sender: { login: "globex-admin" },
    });
  });

  test("a person takes back his authorization", async () => {
    const { accessToken } = world.authorize("octocat");
    const person = await openBrowser(sandbox, "octocat");
    await person.visit(sandbox.url);
    await person.click("Authorized GitHub Apps");
    await person.click("Revoke");
    expect(person.buttons).not.toContain("Revoke");
    expect((await told()).names).toEqual(["github_app_authorization.revoked"]);
    expect((await api(sandbox, "GET /user", { token: accessToken })).status).toBe(401);
  });

  test.each(["/organizations/globex/settings/profile", "/globex/rocket/settings", "/a/b/settings"])(
    "%s is nobody else's",
    async (path) => {
      const stranger = await openBrowser(sandbox, "octo-member");
      await stranger.visit(`${sandbox.url}${path}`);
      expect(stranger.status).toBe(404);
    },
  );
});
