import { mutation, noContent, partner, query } from "@layers/contracts";
import { expect, test } from "vitest";
import { z } from "zod";
import { toRestRequest } from "../src/rest-request.ts";

const common = { summary: "", access: partner(), budget: "read", errors: [] } as const;
const patch = mutation({
  ...common,
  rest: "PATCH /v1/things/{owner}/{id}/parts",
  input: z.strictObject({ owner: z.string(), id: z.int(), names: z.array(z.string()) }),
  responses: { 204: noContent },
});
const list = query({
  ...common,
  rest: "GET /v1/things/{owner}",
  input: z.strictObject({ owner: z.string(), tags: z.array(z.string()), all: z.boolean() }),
  responses: { 200: z.object({}) },
});

test("keys of the path go there, the others into the body", () => {
  expect(toRestRequest(patch, { owner: "a/b ü?#", id: 7, names: ["x"] })).toEqual({
    method: "PATCH",
    target: "/v1/things/a%2Fb%20%C3%BC%3F%23/7/parts",
    body: '{"names":["x"]}',
  });
});

test("or into the query, lists as repeated keys", () => {
  expect(toRestRequest(list, { owner: "a", tags: ["x", "y&z"], all: false })).toEqual({
    method: "GET",
    target: "/v1/things/a?tags=x&tags=y%26z&all=false",
    body: undefined,
  });
});

test.for(["..", ".", "", undefined, null, {}])("%o is no part of a path", (owner) => {
  expect(() => toRestRequest(list, { owner })).toThrow(TypeError);
});

test.for([null, "x", [1]])("%o is no input", (input) => {
  expect(() => toRestRequest(list, input)).toThrow(TypeError);
});
