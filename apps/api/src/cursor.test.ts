import fc from "fast-check";
import { expect, test } from "vitest";
import { createCursors } from "./cursor.ts";

const cursors = createCursors("r");

test("a cursor is read back", () => {
  fc.assert(
    fc.property(fc.nat(), (offset) => {
      expect(cursors.read(cursors.write(offset))).toBe(offset);
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
  createCursors("a").write(1),
])("%j is no cursor", (text) => {
  expect(() => cursors.read(text)).toThrow(expect.objectContaining({ code: "VALIDATION" }));
});
