import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startHooked } from "./hook-harness.ts";

const hooked = await startHooked();
const { sandbox, told, act } = hooked;
const { world } = sandbox;

beforeEach(hooked.reset);
afterAll(hooked.close);

describe("/_sandbox/", () => {
  test("acts on installations, and answers what is there afterwards", async () => {
    const after = async (fields: object) =>
      (await act("POST /installations", { account: "acme-tea", ...fields })).body.installation;
    expect(await after({ action: "install", repositories: ["kettle"] })).toMatchObject({
      repositorySelection: "selected",
    });
    expect(await after({ action: "suspend", by: "app" })).toMatchObject({ suspended: true });
    expect(await after({ action: "unsuspend" })).toMatchObject({ suspended: false });
    await after({ action: "accept_permissions" });
    expect(await after({ action: "uninstall" })).toBeNull();
    const { names, payloads } = await told();
    expect(names).toHaveLength(5);
    expect(payloads["installation.suspend"].sender.type).toBe("Bot");
  });

  test("acts on requests, accounts, repositories and authorizations", async () => {
    const account = "acme-tea";
    const asked = { action: "request", account, requester: "octo-member" };
    expect(await act("POST /installation-requests", asked)).toMatchObject({ status: 200 });
    await act("POST /installation-requests", { action: "deny", account });
    await act("POST /installation-requests", asked);
    await act("POST /installation-requests", { action: "approve", account });
    await act("POST /accounts/acme-tea", { login: "acme-chai" });
    await act("POST /repositories/acme-chai/kettle", { action: "rename", name: "pot" });
    await act("POST /repositories/acme-chai/pot", { action: "publicize" });
    await act("POST /repositories/acme-chai/pot", { action: "privatize" });
    await act("POST /repositories/acme-chai/pot", { action: "transfer", owner: "octocat" });
    await act("POST /repositories/acme-chai/matcha-api", { action: "delete" });
    world.authorize("octocat");
    await act("DELETE /authorizations", { login: "octocat" });
    expect((await told()).names).toEqual([
      "github_app_authorization.revoked",
      "installation.created",
      "installation_repositories.removed",
      "installation_target.renamed",
      "repository.deleted",
      "repository.privatized",
      "repository.renamed",
    ]);
  });

  test.each([
    ["/installations", { account: "octocat", action: "uninstall" }, 409],
    ["/installations", { account: "octocat", action: "explode" }, 400],
    ["/installation-requests", { account: "globex", action: "approve" }, 409],
    ["/accounts/globex", { login: "octocat" }, 409],
    ["/accounts/globex", { login: "a b" }, 400],
    ["/repositories/globex/rocket", { action: "rename", name: "payroll" }, 409],
    ["/repositories/globex/none", { action: "delete" }, 409],
  ] as const)("refuses %s %j", async (path, body, status) => {
    expect((await act(`POST ${path}`, body)).status).toBe(status);
    expect((await told()).names).toEqual([]);
  });

  test("shows what was delivered, without signatures, when all is sent", async () => {
    world.suspend("globex");
    expect((await act("POST /clock", { offsetSeconds: 1 })).status).toBe(200);
    await fetch(`${sandbox.url}/_sandbox/deliveries/sent`);
    const response = await fetch(`${sandbox.url}/_sandbox/deliveries`);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject([{ action: "suspend", statusCode: 200 }]);
    expect(text).not.toContain("sha256=");
  });
});
