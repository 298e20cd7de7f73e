import { expect, test } from "vitest";
import { parseRetryAfter } from "../src/retry-after.ts";

const nowMs = Date.parse("2026-04-18T19:14:09.500Z");

test.for([
  ["0", 0],
  ["120", 120],
  ["Sat, 18 Apr 2026 19:14:39 GMT", 30],
  ["Sat, 18 Apr 2026 19:00:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
  [null, undefined],
] as const)("%s means %o seconds", ([value, seconds]) => {
  expect(parseRetryAfter(value, nowMs)).toBe(seconds);
});
