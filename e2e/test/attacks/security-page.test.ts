import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const page = readFileSync(new URL("docs/security.md", root), "utf8");

/** The rows of the page's tables whose first cell names ids, with the files of their last cell. */
const rows = [...page.matchAll(/^\| ([A-Z]-?\d[^|]*) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, ids = "", what = "", where = ""]) => ({
    ids: ids.trim(),
    what: what.trim(),
    where: where.trim(),
    files: [...where.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? ""),
  }),
);
const named = rows.flatMap(({ ids, files }) => files.map((file) => [ids, file] as const));

describe("docs/security.md", () => {
  test.each(named)("%s is in the name of a test in %s", (ids, file) => {
    const path = new URL(file, root);
    expect(existsSync(path)).toBe(true);
    const text = readFileSync(path, "utf8");
    const wanted = ids.match(/[A-Z]-?\d+/g) ?? [];
    // A range or a list is spread over the files of its row.
    const found = wanted.filter((id) => new RegExp(`\\b${id}\\b`).test(text));
    expect(found.length).toBeGreaterThan(0);
    if (wanted.length === 1) expect(found).toEqual(wanted);
  });

  test("says of each requirement where its test is, or that it comes later", () => {
    for (const { ids, files, where } of rows)
      expect([ids, files.length > 0 || where.startsWith("later: ")]).toEqual([ids, true]);
  });

  test.each([
    ["K", 17],
    ["O", 15],
    ["H", 18],
    ["T", 11],
    ["G", 9],
  ])("lists every requirement %s-01 to %i once", (letter, last) => {
    const expected = Array.from(
      { length: last },
      (_, each) => `${letter}-${String(each + 1).padStart(2, "0")}`,
    );
    const listed = rows.map(({ ids }) => ids).filter((id) => id.startsWith(`${letter}-`));
    expect(listed).toEqual(expected);
  });
});
