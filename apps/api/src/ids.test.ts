import { expect, test } from "vitest";
import { newId } from "./ids.ts";

test("ids are in the order in which they were made, within a millisecond too", () => {
  const ids = Array.from({ length: 10_000 }, () => newId("evt"));
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/);
});
