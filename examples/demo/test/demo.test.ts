import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { StandaloneFile } from "@layers/standalone";
import { expect, test } from "vitest";
import { travel } from "../src/journey.ts";
import type { Narrator } from "../src/narrator.ts";

const folders = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("layers-demo-"));

test("the demo tells the whole journey, without a secret, and cleans up", async () => {
  const before = await folders();
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const [told, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(complaints).toBe("");
  expect(await exited).toEqual([0, null]);
  expect(told.match(/^\d+\. /gm)).toHaveLength(12);
  expect(told).toContain("240 repositories in all");
  expect(told).toMatch(/"token": "ghs_.{4}…"/);
  expect(told).not.toMatch(/(?:lp_test_|ghs_)[\w-]{5}/);
  expect(told).not.toContain("\u001b");
  expect(await folders()).toEqual(before);
}, 30_000);

test("the journey stops where something is not as it should be", async () => {
  const steps: string[] = [];
  const narrator: Narrator = {
    step: (title) => void steps.push(title),
    does: () => {},
    got: () => {},
    current: "",
  };
  const file = {
    baseUrl: "http://127.0.0.1:9",
    returnUrl: "https://app.gicgrowth.com/layers/callback",
    keys: { admin: "lp_test_none" },
  } as StandaloneFile;
  await expect(travel(file, narrator)).rejects.toMatchObject({ code: "NETWORK_ERROR" });
  expect(steps).toEqual(["The partner's back end asks for an install URL"]);
});
