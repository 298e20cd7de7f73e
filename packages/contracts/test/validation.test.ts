import { expect, test } from "vitest";
import { z } from "zod";
import { errorMap, toIssues } from "../src/index.ts";

const Schema = z.strictObject({
  id: z.int().min(1).max(10),
  names: z.array(z.string().max(3)).max(2).optional(),
  label: z.string().min(1).optional(),
  kind: z.enum(["a", "b"]).optional(),
  nested: z.strictObject({ deep: z.boolean() }).optional(),
});

function issuesOf(input: unknown) {
  const { error } = Schema.safeParse(input, { error: errorMap });
  return error ? toIssues(error) : [];
}

test.for([
  [{}, "id", "Required."],
  [{ id: "canary" }, "id", "Expected an integer."],
  [{ id: 1.5 }, "id", "Expected an integer."],
  [{ id: 0 }, "id", "Must be at least 1."],
  [{ id: 11 }, "id", "Must be at most 10."],
  [{ id: 1, names: ["canary"] }, "names[0]", "Must have at most 3 characters."],
  [{ id: 1, names: ["a", "b", "c"] }, "names", "Must have at most 2 items."],
  [{ id: 1, label: "" }, "label", "Must have at least 1 character."],
  [{ id: 1, label: [] }, "label", "Expected a string."],
  [{ id: 1, names: "canary" }, "names", "Expected a list."],
  [{ id: 1, kind: "canary" }, "kind", "Expected one of: a, b."],
  [{ id: 1, nested: { deep: 1 } }, "nested.deep", "Expected true or false."],
  [{ id: 1, extra: 1 }, "extra", "Unknown key."],
  [{ id: 1, nested: { deep: true, extra: 1 } }, "nested.extra", "Unknown key."],
  [{ id: 1, "<script>canary": 1 }, "?", "Unknown key."],
  ["canary", "", "Expected an object."],
] as const)("%j is refused at %s", ([input, path, message]) => {
  expect(issuesOf(input)).toEqual([{ path, message }]);
});

test("each unknown key is an issue of its own", () => {
  expect(issuesOf({ id: 1, orgLogin: "a", note: "b" })).toEqual([
    { path: "orgLogin", message: "Unknown key." },
    { path: "note", message: "Unknown key." },
  ]);
});
