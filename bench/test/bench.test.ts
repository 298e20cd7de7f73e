import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { service } from "../src/goals/variants.ts";
import { startServer } from "../src/server.ts";
import { createWorld } from "../src/world.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [path("src/main.ts"), ...args]);
const timeout = 180_000;

/** A row of a table: what, beside what, goal, a figure with its unit, the range, the verdict. */
const row = (what: string, beside: string) =>
  new RegExp(
    `^\\| ${what} \\| ${beside} \\| [^|]* \\| \\*\\*[0-9.]+[^|]*\\*\\* \\| [0-9.]+ to [0-9.]+ \\| (stretch|target|not yet) \\|$`,
    "m",
  );

test(
  "a short run prints its goals with figures, and leaves the page of results alone",
  async () => {
    const page = await readFile(path("results.md"), "utf8");
    const { stdout } = await bench("p2", "P5", "P6", "--rounds", "1", "--seconds", "1");
    for (const [what, beside] of [
      ["installation", "raw"],
      ["installation", "straightforward Express \\+ tRPC"],
      ["look-up in the LRU cache", ""],
      ["a read through our storage", "a bare prepared statement"],
      ["durable inserts a second", "the fdatasync floor"],
    ] as const)
      expect(stdout).toMatch(row(what, beside));
    expect(await readFile(path("results.md"), "utf8")).toBe(page);
  },
  timeout,
);

test(
  "a goal that there is not is named",
  async () => {
    await expect(bench("P77")).rejects.toThrow("There is no goal P77: name P1, P2, P5, P6, P8.");
  },
  timeout,
);

test(
  "a server that does not answer 200 is not measured",
  async () => {
    await using world = await createWorld();
    const unknown = service(
      { ...world, headers: { authorization: "Bearer nobody" } },
      "/v1/whoami",
    );
    await expect(startServer(unknown)).rejects.toThrow("Layers: 401");
  },
  timeout,
);
