import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, deploy, run, runHere } from "./deployment.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ladmin-"));
});
afterAll(() => rm(folder, { recursive: true }));

const empty = () => ({ DATA_DIR: folder });

describe("help", () => {
  test("tells the commands, the environment and the exit codes", async () => {
    const { code, stdout, stderr } = await run(empty(), ["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const word of ["org", "backup", "DATABASE_URL", "KEY_PEPPERS", "Exit codes:"])
      expect(stdout).toContain(word);
    expect(await runHere({}, ["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n" });
  });

  const commands = [
    ["org", "create"],
    ["org", "list"],
    ["org", "suspend"],
    ["org", "resume"],
    ["key", "create"],
    ["key", "list"],
    ["key", "rotate"],
    ["key", "revoke"],
    ["key", "ceiling", "set"],
    ["key", "ceiling", "clear"],
    ["key", "ceiling", "show"],
    ["domain", "add"],
    ["domain", "remove"],
    ["domain", "list"],
    ["tier", "set"],
    ["consent", "on"],
    ["consent", "off"],
    ["enterprise", "grant"],
    ["enterprise", "revoke"],
    ["enterprise", "list"],
    ["enterprise", "plan"],
    ["enterprise", "apply"],
    ["installation", "list"],
    ["installation", "show"],
    ["attempt", "list"],
    ["attempt", "show"],
    ["job", "list"],
    ["job", "show"],
    ["job", "retry"],
    ["audit", "tail"],
    ["migrate"],
    ["backup"],
    ["restore"],
    ["doctor"],
    ["completion"],
  ];
  test.each(commands.map((words) => words.join(" ")))("of %s has an example", async (words) => {
    const { code, stdout } = await runHere({}, [...words.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Examples:\n  $ ladmin ${words}`);
    expect(stdout).toContain("--json");
  });

  test("is shown to whoever names no command", async () => {
    expect(await runHere({}, [])).toMatchObject({ code: 2, stdout: "" });
    const { code, stdout, stderr } = await run(empty(), ["org"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: ladmin org");
  });
});

describe("wrong usage", () => {
  test.each([
    [["nope"], "unknown command 'nope'"],
    [["org", "lst"], "(Did you mean list?)"],
    [["org", "list", "--bogus"], "unknown option '--bogus'"],
    [["org", "create"], "missing required argument 'name'"],
    [["org", "list", "more"], "too many arguments"],
    [["key", "list", "--org"], "argument missing"],
  ])("%j ends with 2", async (args, sentence) => {
    const { code, stdout, stderr } = await runHere({}, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    const { stderr: document } = await runHere({}, [...args, "--json"]);
    expect(Object.keys(JSON.parse(document))).toEqual(["error", "code"]);
  });
});

describe("settings", () => {
  test("that name no database end with 2 and say which is missing", async () => {
    const { code, stdout, stderr } = await run(empty(), ["org", "list"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("DATABASE_URL: is missing");
    const { stderr: document } = await runHere(empty(), ["org", "list", "--json"]);
    expect(JSON.parse(document)).toMatchObject({ code: "BAD_REQUEST" });
  });

  test("that name a database that is not there end with 5, and none is made", async () => {
    const file = join(folder, "nope.db");
    const { code, stdout, stderr } = await run({ DATABASE_URL: `file:${file}` }, ["org", "list"]);
    expect([code, stdout]).toEqual([5, ""]);
    expect(stderr).toContain(`There is no database at ${file}`);
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  test("that name a file of something else end with 5", async () => {
    const file = join(folder, "text.db");
    await writeFile(file, "text ".repeat(1000));
    const { code, stderr } = await runHere({ DATABASE_URL: `file:${file}` }, ["org", "list"]);
    expect(code).toBe(5);
    expect(stderr).toContain("ladmin restore");
  });
});

describe("a standalone's data folder", () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploy();
    const { KEY_PEPPERS, ENCRYPTION_KEYS } = deployment.env;
    await writeFile(
      join(deployment.folder, "secrets.env"),
      `KEY_PEPPERS=${KEY_PEPPERS}\nENCRYPTION_KEYS=${ENCRYPTION_KEYS}\n`,
    );
  });
  afterAll(() => deployment[Symbol.asyncDispose]());

  test("is used when no database is named", async () => {
    const env = { DATA_DIR: deployment.folder };
    const { stdout } = await run(env, ["org", "create", "Acme"]);
    expect(await deployment.store.organizations.find(stdout.trim())).toBeDefined();
    const args = ["key", "create", "--org", stdout.trim(), "--name", "k", "--scope", "*"];
    expect((await run(env, args)).stdout).toMatch(/^lp_test_/);
  });

  test.each([{ NODE_ENV: "production" }, { KEY_ENV: "live" }])(
    "is not used with %j",
    async (env) => {
      const { code } = await run({ ...env, DATA_DIR: deployment.folder }, ["org", "list"]);
      expect(code).toBe(2);
    },
  );
});

describe("completion", () => {
  test.each(["bash", "zsh"])("prints a script that %s can read", async (shell) => {
    const { code, stdout } = await run({}, ["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain("ladmin");
    if (shell === "bash") execFileSync("bash", ["-n"], { input: stdout });
  });

  test("names commands and values", async () => {
    const complete = async (...words: string[]) =>
      (await run({}, ["complete", "--", ...words])).stdout;
    expect(await complete("key", "")).toMatch(/^create\tcreate a key/m);
    expect(await complete("key", "create", "--tier", "")).toMatch(/^partner\t/m);
  });
});

test("colours are for terminals only", async () => {
  await using deployment = await deploy();
  await deployment.here("org", "create", "Acme");
  const list = await run(deployment.env, ["org", "list"]);
  expect(list.stdout + list.stderr).not.toContain("\u001b");
  const forced = await run({ ...deployment.env, FORCE_COLOR: "1" }, ["org", "list"]);
  expect(forced.stdout).toContain("\u001b[1m");
});
