import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStage, program, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const asked = (changes: Record<string, string> = {}) =>
  Object.entries({ protocol: "https", host: "github.com", ...changes })
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");

interface How {
  readonly options?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the helper as git does. */
const helper = (operation: string, input: string, { options = [], env }: How = {}) => {
  const all = ["--url", stage.file.baseUrl, ...options, operation];
  return stage.run([process.execPath, program, ...all], input, env);
};

const fieldsOf = (stdout: string) =>
  Object.fromEntries(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("=") as [string, string]),
  );

/** What GitHub lets a token see, at most two of it. */
async function seenBy(token: string | undefined): Promise<string[] | number> {
  const url = `${stage.file.githubApiUrl}/installation/repositories?per_page=2`;
  const answer = await fetch(url, { headers: { authorization: `token ${token}` } });
  if (!answer.ok) return answer.status;
  const { repositories } = (await answer.json()) as { repositories: { full_name: string }[] };
  return repositories.map(({ full_name }) => full_name);
}

describe("get", () => {
  test("answers a token of an hour for the repository of the path, and for no other", async () => {
    const input = asked({ path: "acme-coffee/espresso-api.git" });
    const { code, stdout, stderr } = await helper("get", input);
    expect([code, stderr]).toEqual([0, ""]);
    const { username, password, password_expiry_utc, ...rest } = fieldsOf(stdout);
    expect([username, rest]).toEqual(["x-access-token", {}]);
    const minutes = (Number(password_expiry_utc) - Date.now() / 1000) / 60;
    expect(minutes).toBeGreaterThan(55);
    expect(minutes).toBeLessThan(61);
    expect(await seenBy(password)).toEqual(["acme-coffee/espresso-api"]);
  });

  test("answers a token for all that the key may see when git names no path", async () => {
    const { stdout } = await helper("get", asked());
    expect(await seenBy(fieldsOf(stdout)["password"])).toHaveLength(2);
  });

  test("asks for the permissions of the options alone", async () => {
    const options = ["--permission", "contents:write", "--permission", "pull_requests:read"];
    const input = asked({ path: "acme-coffee/espresso-api" });
    const { stdout } = await helper("get", input, { options });
    const { token, permissions } = await stage.layers.github.createToken({
      repositories: ["espresso-api"],
      permissions: { contents: "write", pull_requests: "read" },
    });
    expect(fieldsOf(stdout)["password"]).toBe(token);
    expect(permissions).toEqual({ contents: "write", pull_requests: "read", metadata: "read" });
  });

  test("takes the key from a file", async () => {
    const file = join(stage.folder, "key");
    writeFileSync(file, `${stage.file.keys.admin}\n`);
    const env = { LAYERS_API_KEY: "" };
    const { code, stdout } = await helper("get", asked(), { options: ["--key-file", file], env });
    expect([code, fieldsOf(stdout)["username"]]).toEqual([0, "x-access-token"]);
  });

  test.each([
    ["another host", asked({ host: "gitlab.com" })],
    ["a host that begins alike", asked({ host: "github.com.example" })],
    ["another port", asked({ host: "github.com:8443" })],
    ["no host", "protocol=https\n"],
  ])("says nothing, and needs no key, for %s", async (_what, input) => {
    const nothing = { code: 0, stdout: "", stderr: "" };
    expect(await helper("get", input, { env: { LAYERS_API_KEY: "" } })).toEqual(nothing);
  });

  const withoutKey: How = { env: { LAYERS_API_KEY: "" } };
  const cases: Record<string, { changes?: Record<string, string>; how?: How; sentence: string }> = {
    http: { changes: { protocol: "http" }, sentence: "in the clear" },
    "another account": {
      changes: { path: "globex/espresso-api" },
      sentence: "globex/espresso-api is not the connected",
    },
    "no such repository": { changes: { path: "acme-coffee/nope" }, sentence: "(VALIDATION, req_" },
    "no repository": {
      changes: { path: "acme-coffee\u001b" },
      sentence: '"acme-coffee\\u001b" is not the path of a repository',
    },
    "no key": { how: withoutKey, sentence: "set LAYERS_API_KEY" },
    "no such file": { how: { options: ["--key-file", "/nope"] }, sentence: "ENOENT" },
    "a wrong key": {
      how: { env: { LAYERS_API_KEY: "lp_test_wrong" } },
      sentence: "UNAUTHENTICATED",
    },
    "too much": {
      how: { options: ["--permission", "contents:admin"] },
      sentence: "permissions: Exceed",
    },
  };
  test.each(Object.entries(cases))(
    "says why there is none, and ends git's search: %s",
    async (_what, { changes, how, sentence }) => {
      const { code, stdout, stderr } = await helper("get", asked(changes), how);
      expect([code, stdout]).toEqual([1, "quit=1\n"]);
      expect(stderr).toContain(sentence);
      expect(stderr.split("\n")).toHaveLength(2);
    },
  );
});

describe("erase", () => {
  test("revokes the token that GitHub refused, so that the next one is another", async () => {
    const input = asked({ path: "acme-coffee/espresso-worker.git" });
    const token = async () => fieldsOf((await helper("get", input)).stdout)["password"] ?? "";
    const first = await token();
    expect(await token()).toBe(first);
    const done = { code: 0, stdout: "", stderr: "" };
    const refused = asked({ username: "x-access-token", password: first });
    expect(await helper("erase", refused)).toEqual(done);
    expect(await seenBy(first)).toBe(401);
    expect(await helper("erase", refused)).toEqual(done);
    expect(await token()).not.toBe(first);
  });

  test("leaves alone what is somebody else's", async () => {
    const { token } = await stage.layers.github.createToken({ permissions: { contents: "read" } });
    const before = await seenBy(token);
    await helper("erase", asked({ username: "octocat", password: token }));
    await helper("erase", asked({ host: "x.test", username: "x-access-token", password: token }));
    expect(await seenBy(token)).toEqual(before);
  });
});

test.each(["store", "capability", "of-a-later-git"])("%s does nothing", async (operation) => {
  const input = asked({ username: "x-access-token", password: "ghs_x" });
  const nothing = { code: 0, stdout: "", stderr: "" };
  expect(await helper(operation, input, { env: { LAYERS_API_KEY: "" } })).toEqual(nothing);
});

describe("wrong options", () => {
  const key = "lp_live_0123456789ABCD_secret";
  test.each([
    [["get"], "usage:"],
    [["--url", "https://layers.test"], "usage:"],
    [["--url", "https://layers.test", "get", key], "usage:"],
    [["--url", "https://layers.test", `--${key}`, "get"], "usage:"],
    [["--url", `https://${key}@layers.test`, "get"], "plain URL"],
    [["--url", `https://layers.test?key=${key}`, "get"], "plain URL"],
    [["--url", "http://layers.test", "get"], "must begin with https"],
    [["--url", "ftp://127.0.0.1", "get"], "must begin with https"],
    [["--url", "https://layers.test", "--permission", key, "get"], "contents:read"],
  ])("are named without a key in them: %j", async (args, sentence) => {
    const { code, stdout, stderr } = await stage.run([process.execPath, program, ...args], asked());
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain(key);
  });
});
