import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitHubSandbox } from "@layers/github-sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Deployment, deploy, startSandbox } from "./deployment.ts";

let sandbox: GitHubSandbox;
let deployment: Deployment;
let here: Deployment["here"];
let done: Deployment["done"];
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  deployment = await deploy(sandbox);
  ({ here, done } = deployment);
  folder = await mkdtemp(join(tmpdir(), "ladmin-plan-"));
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

const clientId = "Iv23liBrewBuildsApp1";
let org: string;
beforeEach(async () => {
  org = await done("org", "create", "Acme");
  await done("enterprise", "grant", "acme-corp", "--org", org, "--client-id", clientId);
});

const wish = (organization: string, repositories: readonly string[]) => ({
  installations: [{ organization, clientId, repositorySelection: "selected", repositories }],
});

async function plan(wanted: unknown, ...args: string[]) {
  const file = join(folder, "wanted.json");
  await writeFile(file, typeof wanted === "string" ? wanted : JSON.stringify(wanted));
  return here("enterprise", "plan", "acme-corp", "--org", org, "--file", file, ...args);
}

const changes = () => sandbox.changes().map(({ kind, account }) => `${kind} ${account}`);

describe("ladmin enterprise plan and apply", () => {
  test("plans without a change, applies through the service, and then finds nothing to do", async () => {
    const before = changes().length;
    const planned = await plan(wish("acme-tea", ["kettle"]));
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toContain("install selected kettle");
    const [id = ""] = /plan_[0-9A-Z]{26}/.exec(planned.stderr) ?? [];
    expect(changes()).toHaveLength(before);

    const applied = await here("enterprise", "apply", id, "--json");
    expect(applied).toMatchObject({ code: 0, stderr: "" });
    expect(applied.json()).toMatchObject({ id, status: "applied", stepsDone: 1 });
    expect(changes().slice(before)).toEqual(["install acme-tea"]);

    const again = await plan(wish("acme-tea", ["kettle"]));
    expect(again.stderr).toContain("there is nothing to do");
    const twice = await here("enterprise", "apply", id);
    expect(twice).toMatchObject({ code: 4, stdout: "" });
    expect(twice.stderr).toContain("applied already");
    const lines = await deployment.store.audit.tail({ organizationId: org }, 100);
    const actions = lines.filter(({ actor }) => actor === "operator").map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(["enterprise.plan", "enterprise.apply", "enterprise.step"]),
    );
  });

  test("tells what could not be done, and ends with 4", async () => {
    const { id } = (await plan(wish("acme-coffee", ["no-such-repository"]), "--json")).json();
    const { code, stdout, stderr } = await here("enterprise", "apply", id);
    expect(code).toBe(4);
    expect(stdout).toContain("GitHub refused it.");
    expect(stderr).toContain("1 of 1 are not as wanted");
  });

  test("does not wait when it is told so", async () => {
    const { id } = (await plan(wish("acme-coffee", ["espresso-api"]), "--json")).json();
    const { code, stdout } = await here("enterprise", "apply", id, "--no-wait");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^job_[0-9A-Z]{26}\n$/)]);
    const status = async () => (await deployment.store.enterprisePlans.find(id))?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe("applied");
  });
});

describe("ladmin enterprise plan is refused", () => {
  const ways: [what: string, wanted: unknown, sentence: string][] = [
    ["what is no JSON", "{", "must be written in JSON"],
    ["what is not as it must be", { installations: [{}] }, "installations[0].organization"],
    ["nothing at all", {}, "Name at least one"],
    [
      "an App that the grant does not cover",
      { absent: [{ organization: "acme-tea", clientId: "Iv1.other" }] },
      "does not cover",
    ],
  ];
  test.each(ways)("for %s", async (_what, wanted, sentence) => {
    const run = await plan(wanted);
    expect(run).toMatchObject({ code: 4, stdout: "" });
    expect(run.stderr).toContain(sentence);
  });

  test("for a file, an enterprise, a grant or a plan that is not there", async () => {
    const nowhere = ["--file", join(folder, "nowhere.json")];
    const args = ["enterprise", "plan", "acme-corp", "--org", org];
    expect(await here(...args, ...nowhere)).toMatchObject({ code: 3 });
    await done("enterprise", "revoke", "acme-corp", "--org", org, "--yes");
    expect(await plan(wish("acme-tea", ["kettle"]))).toMatchObject({ code: 4 });
    expect(await here("enterprise", "apply", "plan_nope")).toMatchObject({ code: 3 });
  });
});
