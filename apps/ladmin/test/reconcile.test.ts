import type { GitHubSandbox } from "@layers/github-sandbox";
import { openSqlite } from "@layers/storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployment, deploy, startSandbox } from "./deployment.ts";

let sandbox: GitHubSandbox;
let deployment: Deployment;
beforeAll(async () => {
  sandbox = await startSandbox();
  deployment = await deploy(sandbox);
  await deployment.done("org", "create", "Acme");
  await deployment.stopService();
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await sandbox.close();
});

/** Binds an organization of its own to an installation, as if it had been proven. */
async function bind(name: string, installationId: number): Promise<void> {
  const organizationId = await deployment.done("org", "create", name);
  const key = await deployment.here(
    "key",
    "create",
    "--org",
    organizationId,
    "--name",
    "k",
    "--scope",
    "github:admin",
    "--domain",
    "a.example",
    "--json",
  );
  const { id: apiKeyId } = key.json();
  const store = openSqlite({ file: deployment.databaseFile });
  const attemptId = `att_${installationId}`;
  await store.attempts.insert({
    id: attemptId,
    organizationId,
    apiKeyId,
    userId: null,
    returnUrl: "https://a.example",
    stateHash: Buffer.alloc(32, name),
    issuer: sandbox.url,
    status: "created",
    reason: null,
    createdAt: 1,
    expiresAt: 2,
    installationId: null,
    accountId: null,
    accountLogin: null,
    githubUserId: null,
    proofKind: null,
    provenAt: null,
    requestIds: null,
  });
  await store.bindings.bind({
    id: `bnd_${installationId}`,
    organizationId,
    attemptId,
    host: sandbox.url,
    appId: String(sandbox.app.id),
    installationId,
    accountId: 1,
    accountLogin: "globex",
    accountType: "Organization",
    registeredAt: 1,
    lastVerifiedAt: 1,
  });
  await store.close();
}

test("reconcile shows the drift, and writes what GitHub says", async () => {
  const { id = 0 } = sandbox.world.installation("globex") ?? {};
  await bind("globex", id);
  expect((await deployment.here("reconcile")).stderr).toContain("All 1 bindings show");
  sandbox.world.suspend("globex");
  const looked = await deployment.here("reconcile", "--dry-run");
  expect(looked).toMatchObject({ code: 0, stdout: expect.stringContaining("active → suspended") });
  const [item] = (await deployment.here("reconcile", "--json")).json().items;
  expect(item).toMatchObject({ installationId: id, status: "active", statusAtGitHub: "suspended" });
  expect((await deployment.here("reconcile", "--json")).json().items).toEqual([]);
});

test("reconcile ends many bindings only when forced to", async () => {
  for (let each = 1; each <= 11; each++) await bind(`gone ${each}`, 900_000 + each);
  const refused = await deployment.here("reconcile");
  expect(refused).toMatchObject({ code: 4, stdout: "" });
  expect(refused.stderr).toContain("11 of 12 bindings would end");
  const forced = await deployment.here("reconcile", "--force", "--json");
  expect(forced.json().items).toHaveLength(11);
  expect((await deployment.here("reconcile", "--json")).json().items).toEqual([]);
});
