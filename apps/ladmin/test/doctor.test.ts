import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitHubSandbox } from "@layers/github-sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, deploy, run, runHere, startSandbox } from "./deployment.ts";

let sandbox: GitHubSandbox;
let deployment: Deployment;
beforeAll(async () => {
  sandbox = await startSandbox();
  deployment = await deploy(sandbox);
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await sandbox.close();
});

/** A file system in memory, where there is Linux. */
const memory = "/dev/shm";

const examine = async (env: Record<string, string>) => {
  const { code, json } = await runHere(env, ["doctor", "--json"]);
  const { healthy, checks } = json();
  const problems = checks.filter(({ status }) => status === "problem").map(({ check }) => check);
  return { code, healthy, problems, checks };
};

describe("doctor", () => {
  test("finds nothing wrong with an installation that works", async () => {
    const { code, stdout, stderr } = await deployment.ladmin("doctor");
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2));
    expect(lines).toEqual(
      expect.arrayContaining(
        [
          "integrity",
          "schema",
          "database",
          "disk",
          "disk space",
          "KEY_PEPPERS",
          "ENCRYPTION_KEYS",
        ].map((check) => ["ok", check]),
      ),
    );
    for (const check of ["settings", "GitHub App", "clock"])
      expect(lines).toContainEqual(["ok", check]);
    expect(lines).toContainEqual(["unknown", "callback URL"]);
    expect(stdout).toContain("/github/app/oauth as callback URL");
  });

  test("tells what is wrong and how to mend it, and ends with 1", async () => {
    const { code, stdout, stderr } = await run({ DATA_DIR: deployment.folder }, ["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toContain("→ set DATABASE_URL=file:");
    expect(stderr).toContain("Problems found: 1.");
  });

  test.each<[string, Record<string, string>, string[]]>([
    ["another App's id", { GITHUB_APP_ID: "77" }, ["GitHub App"]],
    ["another slug", { GITHUB_APP_SLUG: "other" }, ["GitHub App"]],
    [
      "a key that is none",
      { GITHUB_APP_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----x" },
      ["settings"],
    ],
    ["a GitHub that is silent", { GITHUB_API_URL: "http://127.0.0.1:9" }, ["GitHub App"]],
    ["a setting that is missing", { GITHUB_APP_CLIENT_ID: "" }, ["settings"]],
    ["no encryption key", { ENCRYPTION_KEYS: "" }, ["ENCRYPTION_KEYS", "settings"]],
    ["a pepper that is none", { KEY_PEPPERS: "1:abc" }, ["KEY_PEPPERS", "settings"]],
  ])("finds %s", async (_name, changes, problems) => {
    const examined = await examine({ ...deployment.fullEnv, ...changes });
    expect(examined).toMatchObject({ code: 1, healthy: false, problems });
  });

  test("finds a clock that is wrong", async () => {
    sandbox.clock(-90);
    try {
      const { problems } = await examine(deployment.fullEnv);
      expect(problems).toEqual(["clock"]);
    } finally {
      sandbox.clock(0);
    }
  });

  test("finds keys whose pepper is gone", async () => {
    const org = await deployment.done("org", "create", "Acme");
    await deployment.done("key", "create", "--org", org, "--name", "k", "--scope", "*");
    const [, pepper] = (deployment.env["KEY_PEPPERS"] ?? "").split(":");
    const { problems } = await examine({ ...deployment.fullEnv, KEY_PEPPERS: `2:${pepper}` });
    expect(problems).toEqual(["KEY_PEPPERS"]);
  });

  test("finds a database that is not there, is not ours, or is older", async () => {
    const file = join(deployment.folder, "other.db");
    const env = { ...deployment.fullEnv, DATABASE_URL: `file:${file}` };
    expect((await examine(env)).problems).toEqual(["database"]);
    await writeFile(file, "");
    expect((await examine(env)).problems).toEqual(["schema"]);
    await writeFile(file, "text ".repeat(1000));
    expect((await examine(env)).problems).toEqual(["integrity"]);
  });

  test.skipIf(!existsSync(memory))("R-01: finds a database that lies in memory", async () => {
    const folder = await mkdtemp(`${memory}/layers-doctor-`);
    try {
      const env = { ...deployment.fullEnv, DATABASE_URL: `file:${join(folder, "layers.db")}` };
      expect((await runHere(env, ["migrate"])).code).toBe(0);
      const { problems, checks } = await examine(env);
      expect(problems).toEqual(["disk"]);
      expect(checks).toContainEqual({
        check: "disk",
        status: "problem",
        detail: "it is in memory (tmpfs): the next restart of the machine loses it",
        mend: "move the database to a local disk",
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("prints no secret", async () => {
    const { stdout } = await runHere(deployment.fullEnv, ["doctor", "--json"]);
    for (const name of ["KEY_PEPPERS", "ENCRYPTION_KEYS"])
      expect(stdout).not.toContain(deployment.fullEnv[name]?.split(":")[1]);
    expect(stdout).not.toContain("-----BEGIN");
  });
});
