import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Layers } from "@layers/client";
import { expect, test } from "vitest";
import { isGone, startProgram } from "./program.ts";
import { quiet, temporaryFolder } from "./temporary-folder.ts";

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

const portalUser = (role: string | null) => ({
  userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  organizationId: expect.stringMatching(/^org_/),
  role,
  token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
});

test("says where everything is, keeps it to itself, and ends with 0", async () => {
  await using folder = await temporaryFolder();
  const env = quiet(folder.path);
  const program = startProgram(env);
  const file = await program.ready();
  const { githubApp, keys } = file;
  const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(file).toEqual({
    baseUrl: url,
    trpcUrl: `${file.baseUrl}/trpc`,
    githubWebUrl: url,
    githubApiUrl: `${file.githubWebUrl}/api/v3`,
    partnerUrl: url,
    keys: {
      admin: expect.stringMatching(/^lp_test_/),
      noScope: expect.stringMatching(/^lp_test_/),
      otherOrg: expect.stringMatching(/^lp_test_/),
      enterprise: expect.stringMatching(/^lp_test_/),
    },
    portal: {
      signInUrl: `${file.baseUrl}/dev/sign-in`,
      cookieName: "sb-access-token",
      users: {
        owner: portalUser("owner"),
        admin: portalUser("admin"),
        member: portalUser("member"),
        stranger: { ...portalUser(null), organizationId: null },
        otherOwner: portalUser("owner"),
      },
    },
    returnUrl: "https://app.gicgrowth.com/layers/callback",
    githubApp: {
      id: 1204501,
      clientId: "Iv23liLayersConnect0",
      slug: "layers-connector",
      privateKeyPath: join(env.DATA_DIR, "github-app.pem"),
    },
  });
  expect(await modeOf(env.DATA_DIR)).toBe(0o700);
  const names = await readdir(env.DATA_DIR);
  expect(names).toEqual(expect.arrayContaining(["layers.db", "secrets.env", "standalone.json"]));
  for (const name of names)
    expect([name, await modeOf(join(env.DATA_DIR, name))]).toEqual([name, 0o600]);
  expect(await modeOf(githubApp.privateKeyPath ?? "")).toBe(0o600);

  const { stdout } = program.output();
  for (const shown of [file.baseUrl, file.githubWebUrl, file.partnerUrl, keys.admin, "curl "])
    expect(stdout).toContain(shown);
  expect(stdout).not.toContain(keys.noScope);
  expect(stdout).not.toContain(keys.otherOrg);

  program.child.kill("SIGTERM");
  expect(await program.exited).toEqual([0, null]);
  for (const address of [file.baseUrl, file.githubWebUrl, file.partnerUrl])
    expect(await isGone(address)).toBe(true);
  expect(program.output().stderr).toBe("");
});

test("a program that was killed leaves no partner behind, and the next one goes on", async () => {
  await using folder = await temporaryFolder();
  const env = quiet(folder.path);
  const killed = startProgram(env);
  const before = await killed.ready();
  killed.child.kill("SIGKILL");
  await killed.exited;
  await expect.poll(() => isGone(before.partnerUrl), { timeout: 120_000 }).toBe(true);

  const next = startProgram(env);
  expect((await next.ready()).keys).toEqual(before.keys);
  next.child.kill("SIGINT");
  expect(await next.exited).toEqual([0, null]);
});

test("a program that is killed during its first start can be started again", async () => {
  const killedAfter = async (milliseconds: number) => {
    await using folder = await temporaryFolder();
    const env = quiet(folder.path);
    const killed = startProgram(env);
    setTimeout(() => killed.child.kill("SIGKILL"), milliseconds);
    await killed.exited;
    const next = startProgram(env);
    const { baseUrl, keys } = await next.ready();
    const { scopes } = await new Layers({ apiKey: keys.admin, baseUrl }).keys.whoami();
    expect(scopes).toEqual(["github:admin", "github:token"]);
    next.child.kill("SIGTERM");
    expect(await next.exited).toEqual([0, null]);
  };
  await Promise.all([400, 600, 800, 1000].map(killedAfter));
});

test.each(["PORT", "PARTNER_PORT", "GITHUB_SANDBOX_PORT"])(
  "says in one line that %s is taken",
  async (name) => {
    await using folder = await temporaryFolder();
    await using server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const program = startProgram({ ...quiet(folder.path), [name]: port });
    expect(await program.exited).toEqual([1, null]);
    expect(program.output()).toEqual({
      stdout: "",
      stderr: `${name}: port ${port} of 127.0.0.1 is taken. Stop what uses it, or choose another one with ${name}=…\n`,
    });
  },
);

const memory = "/dev/shm";
test.skipIf(!existsSync(memory))("R-01: warns of a database that lies in memory", async () => {
  await using folder = await temporaryFolder(memory);
  const program = startProgram({ ...quiet(folder.path), LOG_LEVEL: "warn" });
  await program.ready();
  expect(program.output().stdout).toMatch(
    /"diskProblem":"it is in memory \(tmpfs\).*"msg":"the database is not safe where it is"/,
  );
  program.child.kill("SIGTERM");
  expect(await program.exited).toEqual([0, null]);
});

test("starts no stand-in in production, and names what is missing", async () => {
  await using folder = await temporaryFolder();
  const program = startProgram({ ...quiet(folder.path), NODE_ENV: "production" });
  expect(await program.exited).toEqual([1, null]);
  const { stderr } = program.output();
  for (const name of [
    "PUBLIC_URL",
    "DATABASE_URL",
    "KEY_PEPPERS",
    "ENCRYPTION_KEYS",
    "GITHUB_APP_ID",
    "GITHUB_APP_SLUG",
    "GITHUB_APP_CLIENT_ID",
    "GITHUB_APP_CLIENT_SECRET",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
  ])
    expect(stderr).toMatch(new RegExp(`^  ${name}: is missing \\(.+\\)$`, "m"));
  expect(await readdir(folder.path)).toEqual([]);
});
