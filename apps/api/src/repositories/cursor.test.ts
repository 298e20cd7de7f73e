import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCursor, toCursor } from "./cursor.ts";

test("a cursor is read back", () => {
  fc.assert(
    fc.property(fc.nat(), (offset) => {
      expect(parseCursor(toCursor(offset))).toBe(offset);
    }),
  );
});

test.for([
  "x",
  "r1",
  "====",
  "ZZZZ",
  "%",
  Buffer.from("r-1").toString("base64url"),
  "cjEK",
  "cjE=",
])("%j is no cursor", (text) => {
  expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: "VALIDATION" }));
});
