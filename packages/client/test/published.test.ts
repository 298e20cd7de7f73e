import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createConsumer, packPackages, runTool } from "./published.ts";

let directory: string;
let consumer: string;
let tarballs: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "layers-published-"));
  tarballs = await packPackages(directory);
  consumer = await createConsumer(directory, tarballs);
}, 60_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

describe.concurrent("the published packages", { timeout: 60_000 }, () => {
  test("are packed as npm wants them", async () => {
    expect(tarballs).toHaveLength(2);
    for (const tarball of tarballs) await runTool("publint", [tarball, "--strict"], directory);
  });

  test("have types that resolve for every importer of ES modules", async () => {
    for (const tarball of tarballs)
      await runTool("attw", [tarball, "--profile", "esm-only"], directory);
  });

  test("depend on published versions alone", async () => {
    const path = join(consumer, "node_modules/@layers/client/package.json");
    const { dependencies } = JSON.parse(await readFile(path, "utf8"));
    expect(Object.keys(dependencies)).toEqual([
      "@layers/contracts",
      "@trpc/client",
      "@trpc/server",
    ]);
    for (const range of Object.values(dependencies)) expect(range).toMatch(/^\^?\d+\.\d+\.\d+$/);
  });

  test("type-check in a project that installs them", async () => {
    await runTool("tsc", ["-p", "."], consumer);
  });

  test("run in a project that installs them", async () => {
    const printed = await runTool(process.execPath, ["main.ts"], consumer);
    expect(printed).toBe("/v1/github/installation/install-url /trpc/github.installUrl NOT_FOUND\n");
  });
});
