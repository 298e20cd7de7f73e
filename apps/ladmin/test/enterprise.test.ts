import type { GitHubSandbox } from "@layers/github-sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Deployment, deploy, runHere, startSandbox } from "./deployment.ts";

let sandbox: GitHubSandbox;
let deployment: Deployment;
let here: Deployment["here"];
let done: Deployment["done"];
beforeAll(async () => {
  sandbox = await startSandbox();
  deployment = await deploy(sandbox);
  ({ here, done } = deployment);
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await sandbox.close();
});

let org: string;
beforeEach(async () => {
  org = await done("org", "create", "Acme");
});

const acmeCorp = () => sandbox.world.enterprise("acme-corp");
const grant = (...args: string[]) =>
  here("enterprise", "grant", "acme-corp", "--org", org, ...args);
const list = async (...args: string[]) =>
  (await here("enterprise", "list", "--org", org, "--json", ...args)).json().items;

describe("ladmin enterprise grant", () => {
  test("prints the grant of an enterprise that has the App, for this App by default", async () => {
    const { code, stdout, stderr } = await grant();
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^grt_[0-9A-Z]{26}\n$/)]);
    expect(stderr).toContain(`may manage acme-corp (${acmeCorp().id})`);
    expect(await list()).toEqual([
      {
        id: stdout.trim(),
        organizationId: org,
        status: "active",
        host: sandbox.url,
        enterpriseId: acmeCorp().id,
        slug: "acme-corp",
        installationId: acmeCorp().installation?.id,
        clientIds: [sandbox.app.clientId],
        createdAt: expect.any(String),
        revokedAt: null,
      },
    ]);
  });

  test("changes the Apps of a grant that stands", async () => {
    const first = await done("enterprise", "grant", "acme-corp", "--org", org);
    const again = await grant("--client-id", "Iv23b", "Iv23a", "--json");
    expect(again.json()).toMatchObject({ id: first, clientIds: ["Iv23a", "Iv23b"] });
    expect(await list()).toHaveLength(1);
    expect(await actions()).toEqual(["enterprise.grant", "enterprise.grant"]);
  });

  test("is refused where the App is not installed, and writes nothing", async () => {
    sandbox.world.createEnterprise({ slug: "globex-inc", installed: false });
    for (const slug of ["globex-inc", "no-such-enterprise"]) {
      const { code, stdout, stderr } = await here("enterprise", "grant", slug, "--org", org);
      expect([code, stdout]).toEqual([3, ""]);
      expect(stderr).toContain(`is not installed on an enterprise ${slug}`);
    }
    expect(await list()).toEqual([]);
    expect(await actions()).toEqual([]);
  });

  test.each(["acme/corp", "..", "acme corp", "-x\u001b[2J"])(
    "is refused for %j, which is no slug, without asking GitHub",
    async (slug) => {
      const before = sandbox.requests().length;
      expect(await here("enterprise", "grant", "--org", org, "--", slug)).toMatchObject({
        code: 4,
      });
      expect(sandbox.requests()).toHaveLength(before);
    },
  );

  test("is refused for what is no client id or no organization", async () => {
    expect(await grant("--client-id", "Iv23 a")).toMatchObject({ code: 4 });
    const args = ["enterprise", "grant", "acme-corp", "--org", "org_nope"];
    expect(await here(...args)).toMatchObject({ code: 3 });
    expect(await list()).toEqual([]);
  });

  test("needs the App's settings", async () => {
    const args = ["enterprise", "grant", "acme-corp", "--org", org];
    const { code, stderr } = await runHere(deployment.env, args);
    expect(code).toBe(2);
    expect(stderr).toContain("GITHUB_APP_ID: is missing");
  });
});

const actions = async () =>
  (await deployment.store.audit.tail({ organizationId: org }, 100))
    .map(({ action }) => action)
    .filter((action) => action.startsWith("enterprise."));

describe("ladmin enterprise revoke", () => {
  test.each([
    ["by slug", () => "Acme-Corp"],
    ["by number", () => String(acmeCorp().id)],
  ])("ends a grant, once, named %s", async (_, reference) => {
    await grant();
    const args = ["enterprise", "revoke", reference(), "--org", org, "--yes"];
    const { code, stderr } = await here(...args);
    expect([code, stderr]).toEqual([0, '"Acme" manages acme-corp no longer.\n']);
    expect(await list()).toEqual([]);
    expect(await list("--all")).toMatchObject([{ slug: "acme-corp", status: "revoked" }]);
    expect((await here(...args)).stderr).toContain("did not manage acme-corp any more");
    expect(await actions()).toEqual(["enterprise.grant", "enterprise.revoke"]);
  });

  test("asks first, and prints the grant for programs", async () => {
    const id = await done("enterprise", "grant", "acme-corp", "--org", org);
    const args = ["enterprise", "revoke", id, "--org", org];
    expect(await here(...args)).toMatchObject({ code: 2 });
    expect(await list()).toHaveLength(1);
    expect((await here(...args, "--yes", "--json")).json()).toMatchObject({
      id,
      status: "revoked",
    });
  });

  test("finds no other organization's grant", async () => {
    const id = await done("enterprise", "grant", "acme-corp", "--org", org);
    const other = await done("org", "create", "Globex");
    for (const reference of [id, "acme-corp"]) {
      const args = ["enterprise", "revoke", reference, "--org", other, "--yes"];
      expect(await here(...args)).toMatchObject({ code: 3 });
    }
    expect(await list()).toHaveLength(1);
  });
});

describe("ladmin enterprise list", () => {
  test("shows people who may manage what", async () => {
    expect(await here("enterprise", "list", "--org", org)).toMatchObject({ code: 0, stdout: "" });
    await grant();
    const { stdout } = await here("enterprise", "list");
    expect(stdout).toContain(`acme-corp (${acmeCorp().id})`);
    expect(stdout).toContain(sandbox.app.clientId);
    expect(await here("enterprise", "list", "--org", "org_nope")).toMatchObject({ code: 3 });
  });
});
