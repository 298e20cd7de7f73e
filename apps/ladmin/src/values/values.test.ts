import { describe, expect, test } from "vitest";
import { parseCount } from "./count.ts";
import { parseDuration, parseLifetime } from "./duration.ts";
import { addPermission, addRepository } from "./reach.ts";

describe("a length of time", () => {
  test.each([
    ["90d", 7_776_000],
    ["24h", 86_400],
    ["15m", 900],
    ["30s", 30],
    ["0s", 0],
  ])("%s is %i seconds", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  test.each(["", "90", "d", "-1d", "1.5h", "1w", "1 d", "1D", "100000d", "1d1h"])(
    "%j is none",
    (text) => expect(() => parseDuration(text)).toThrow("such as 90d"),
  );

  test("that a key lives is not nothing", () => {
    expect(parseLifetime("1s")).toBe(1);
    expect(() => parseLifetime("0d")).toThrow("over at once");
  });
});

describe("a count", () => {
  test.each(["0", "10001", "-1", "1.5", "1e3", "0x10", "", " "])("%j is none", (text) =>
    expect(() => parseCount(text)).toThrow("1 to 10000"),
  );
  test("is a number of lines", () => expect(parseCount("10000")).toBe(10_000));
});

describe("a permission", () => {
  test("is added to those before it", () => {
    const before = addPermission("contents:read");
    expect(addPermission("pull_requests:write", before)).toEqual({
      contents: "read",
      pull_requests: "write",
    });
    expect(() => addPermission("contents:write", before)).toThrow("twice");
  });

  test.each(["contents", "contents:", ":read", "contents:own", "Contents:read", "a:read:x", ""])(
    "%j is none",
    (text) => expect(() => addPermission(text)).toThrow("contents:read"),
  );
});

describe("a repository", () => {
  test("is added once to those before it", () =>
    expect(addRepository("a", addRepository("b", ["a"]))).toEqual(["a", "b"]));

  test.each(["acme/api", "", "..", "a b"])("%j is none", (text) =>
    expect(() => addRepository(text)).toThrow("without its owner"),
  );
});
