import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GitServer, startGitServer } from "./git-server.ts";
import { openStage, type Stage, writeGitConfig } from "./stage.ts";

/** Not every installation of git has its server. */
const hasGit = spawnSync("git", ["http-backend"]).stdout?.includes("Status:") ?? false;

describe.skipIf(!hasGit)("git itself", () => {
  let stage: Stage;
  let server: GitServer;
  beforeAll(async () => {
    stage = await openStage();
    const folder = join(stage.folder, "served");
    server = await startGitServer({ folder, mayRead });
    for (const name of ["espresso-api", "espresso-worker"]) await addRepository(folder, name);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });
  beforeEach(() => configure(`--url ${stage.file.baseUrl} --host ${server.host}`));

  /** Whether GitHub says that the token sees the repository, among few. */
  async function mayRead(token: string, repository: string): Promise<boolean> {
    const url = `${stage.file.githubApiUrl}/installation/repositories`;
    const answer = await fetch(url, { headers: { authorization: `token ${token}` } });
    if (!answer.ok) return false;
    const { repositories } = (await answer.json()) as { repositories: { full_name: string }[] };
    return repositories.length === 1 && repositories[0]?.full_name === repository;
  }

  const git = (...args: string[]) => stage.run(["git", ...args]);

  async function addRepository(folder: string, name: string) {
    const path = join(folder, "acme-coffee", `${name}.git`);
    mkdirSync(path, { recursive: true });
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    await git("init", "-q", "-b", "main", path);
    await git("-C", path, ...who, "commit", "-q", "--allow-empty", "-m", `The ${name}`);
  }

  const configure = (options: string) =>
    writeGitConfig(
      stage.folder,
      `[credential "http://${server.host}"]\n\thelper = layers ${options}\n\tuseHttpPath = true\n`,
    );

  const urlOf = (name: string) => `http://${server.host}/acme-coffee/${name}.git`;
  const credential = (command: string, more = "") =>
    stage.run(["git", "credential", command], `url=${urlOf("espresso-api")}\n${more}\n`);

  test("clones and fetches with a token for that repository alone, and keeps none", async () => {
    const clone = join(stage.folder, "clone");
    const cloned = await git("clone", "-q", urlOf("espresso-api"), clone);
    expect(cloned).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await git("-C", clone, "log", "--format=%s")).stdout).toBe("The espresso-api\n");
    expect(await git("-C", clone, "fetch", "-q")).toMatchObject({ code: 0 });
    expect(readFileSync(join(clone, ".git/config"), "utf8")).not.toMatch(/ghs_|x-access-token/);
    expect(server.log[0]).toMatch(/ 401$/);
    expect(server.log.slice(1).some((line) => line.endsWith("git-upload-pack 200"))).toBe(true);
  });

  test("has each repository's own token", async () => {
    const heads = await git("ls-remote", urlOf("espresso-worker"));
    expect(heads).toMatchObject({ code: 0, stdout: expect.stringContaining("refs/heads/main") });
    expect((await git("ls-remote", urlOf("nope"))).code).not.toBe(0);
  });

  test("fills, approves and rejects a credential", async () => {
    const filled = await credential("fill");
    expect(filled.stdout).toContain("username=x-access-token\npassword=ghs_");
    expect(await credential("approve", filled.stdout)).toMatchObject({ code: 0, stderr: "" });
    expect((await credential("fill")).stdout).toBe(filled.stdout);
    expect(await credential("reject", filled.stdout)).toMatchObject({ code: 0, stderr: "" });
    const again = await credential("fill");
    expect(again.stdout).toContain("password=ghs_");
    expect(again.stdout).not.toBe(filled.stdout);
  });

  test("asks nobody else when there is no token, and says why", async () => {
    configure(`--url ${stage.file.baseUrl} --host ${server.host} --permission contents:admin`);
    const { code, stderr } = await git("ls-remote", urlOf("espresso-api"));
    expect(code).not.toBe(0);
    expect(stderr).toContain("Exceed what the installation was granted.");
    expect(stderr).toContain("told us to quit");
  });

  test("is left alone for other hosts", async () => {
    configure(`--url ${stage.file.baseUrl}`);
    const { stderr } = await git("ls-remote", urlOf("espresso-api"));
    expect(stderr).toContain("terminal prompts disabled");
  });
});
