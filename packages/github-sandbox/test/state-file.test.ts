import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, installUrl, mint, openBrowser, startSandbox } from "./harness.ts";
import { startReceiver } from "./receiver.ts";

const directory = await mkdtemp(join(tmpdir(), "github-sandbox-test-"));
const stateFile = join(directory, "state.json");
const start = () => startSandbox({}, { stateFile });

beforeEach(() => rm(stateFile, { force: true }));
afterAll(() => rm(directory, { recursive: true }));

describe("A stand-in with a state file", () => {
  test("goes on where the last one stopped", async () => {
    const first = await start();
    const { id } = first.world.install("acme-coffee", { repositories: ["espresso-worker"] });
    const token = await mint(first, id);
    const { accessToken } = first.world.authorize("octo-admin");
    const member = await openBrowser(first, "globex-admin");
    await member.visit(installUrl(first));
    await first.close();

    await using second = await start();
    const listed = await api(second, "GET /installation/repositories", { token });
    expect(listed.body).toMatchObject({
      total_count: 1,
      repositories: [{ name: "espresso-worker" }],
    });
    const user = await api(second, "GET /user", { token: accessToken });
    expect(user.body.login).toBe("octo-admin");
    expect(second.world.install("octocat").id).toBe(id + 1);
    const cookies = await member.cookies(second.url);
    const cookie = `github_sandbox_session=${cookies["github_sandbox_session"]}`;
    const page = await fetch(second.url, { headers: { cookie } });
    expect(await page.text()).toContain("Signed in as globex-admin");
  });

  test("keeps the log of deliveries, and goes on counting them", async () => {
    await using receiver = await startReceiver();
    const hook = { url: receiver.url };
    const first = await startSandbox({ hook }, { stateFile });
    first.world.suspend("globex");
    await first.deliveriesSent();
    const [before] = first.deliveries();
    await first.close();

    await using second = await startSandbox({ hook }, { stateFile });
    expect(second.deliveries()).toEqual([before]);
    second.world.unsuspend("globex");
    await second.deliveriesSent();
    const ids = second.deliveries().map(({ id }) => BigInt(id));
    expect(ids).toEqual([BigInt(before?.id ?? 0) + 1n, BigInt(before?.id ?? 0)]);
  });

  test("writes it soon, whole, for this user alone, and without a token in it", async () => {
    await using sandbox = await start();
    const token = await mint(sandbox, 50291001);
    const { accessToken, refreshToken } = sandbox.world.authorize("octocat");
    await expect
      .poll(() =>
        stat(stateFile).then(
          ({ mode }) => mode & 0o777,
          () => 0,
        ),
      )
      .toBe(0o600);
    const text = await readFile(stateFile, "utf8");
    for (const secret of [token, accessToken, refreshToken]) expect(text).not.toContain(secret);
    expect(await readdir(directory)).toEqual(["state.json"]);
  });

  test("starts afresh after a reset", async () => {
    const first = await start();
    first.world.uninstall("globex");
    first.reset();
    await first.close();
    await using second = await start();
    expect(second.world.installation("globex")?.id).toBe(50291001);
  });

  test("does not start over a file that is something else", async () => {
    await writeFile(stateFile, `{"version":0}`);
    await expect(start()).rejects.toThrow("is not a state file");
    await writeFile(stateFile, "not json");
    await expect(start()).rejects.toThrow();
  });
});
