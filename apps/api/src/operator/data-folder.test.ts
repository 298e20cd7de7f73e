import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withDataFolder } from "./data-folder.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "data-folder-"));
  writeFileSync(join(folder, "secrets.env"), "KEY_PEPPERS=p\nGITHUB_SANDBOX_CLIENT_SECRET=s\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a data folder", () => {
  test("completes an environment that names no database", () => {
    expect(withDataFolder({ HOME: "/h", DATABASE_URL: "" }, folder)).toEqual({
      HOME: "/h",
      KEY_ENV: "test",
      DATABASE_URL: `file:${join(folder, "layers.db")}`,
      KEY_PEPPERS: "p",
      GITHUB_APP_CLIENT_SECRET: "s",
    });
  });

  test("gives way to what is given", () => {
    expect(withDataFolder({ DATA_DIR: folder, KEY_PEPPERS: "mine" }, "/nope")).toMatchObject({
      KEY_PEPPERS: "mine",
    });
  });

  test.each([{ DATABASE_URL: "file:a" }, { NODE_ENV: "production" }, { KEY_ENV: "live" }])(
    "is left alone with %j",
    (source) => expect(withDataFolder(source, folder)).toEqual(source),
  );

  test("that is not there adds nothing", () => {
    expect(withDataFolder({ HOME: "/h" }, join(folder, "nope"))).toEqual({ HOME: "/h" });
  });

  test("tells how the service was reached, and by which App, once it has started", () => {
    const githubApp = { id: 7, clientId: "Iv1", slug: "app", privateKeyPath: "/key.pem" };
    const addresses = { baseUrl: "http://b", githubWebUrl: "http://w", githubApiUrl: "http://a" };
    const file = join(folder, "standalone.json");
    writeFileSync(file, JSON.stringify({ ...addresses, githubApp, keys: { admin: "lp_test_x" } }));
    const env = withDataFolder({}, folder);
    expect(env).toMatchObject({
      PUBLIC_URL: "http://b",
      GITHUB_APP_ID: "7",
      GITHUB_APP_PRIVATE_KEY_FILE: "/key.pem",
    });
    expect(JSON.stringify(env)).not.toContain("lp_test_x");
  });
});
