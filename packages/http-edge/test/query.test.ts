import { AppError } from "@layers/contracts";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseQuery } from "../src/index.ts";
import { startEdge } from "./edge.ts";
import { expectRefusal, request, send } from "./wire.ts";

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

test.each([
  ["", {}],
  ["a=1", { a: "1" }],
  ["a=1&b=2", { a: "1", b: "2" }],
  ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
  ["a", { a: "" }],
  ["a=", { a: "" }],
  ["=1", { "": "1" }],
  ["&&a=1&", { a: "1" }],
  ["a=b=c", { a: "b=c" }],
  ["a=x+y%2Bz", { a: "x y+z" }],
  ["%61=%C3%A9%F0%9F%98%80", { a: "é😀" }],
  ["a[b]=1&a.c=2", { "a[b]": "1", "a.c": "2" }],
  ["u=https://a.test/?x", { u: "https://a.test/?x" }],
  ["a=%00%0d%0a%7f%c2%85", { a: "\0\r\n\u007f\u0085" }],
])("%s is read", (text, expected) => {
  expect({ ...parseQuery(text) }).toEqual(expected);
});

test.each([
  "a=%",
  "a=%z1",
  "a=%1",
  "%zz=1",
  "a=%ff",
  "a=%c0%ae",
  "a=%ed%a0%80",
  "a=%C3",
  "a%0d=1",
  "%00=1",
  "a%7f",
  "%c2%85=1",
  "__proto__=1",
  "%5f_proto__",
  "a=1&__proto__=2",
  "a=é",
  "a=\0",
  "a= b",
  "a=\n",
])("%j is refused", async (text) => {
  expect(() => parseQuery(text)).toThrow(new AppError("BAD_REQUEST"));
});

test("names of Object.prototype are names like others", () => {
  const query = parseQuery("constructor=2&toString=3&constructor=4");
  expect(Object.getPrototypeOf(query)).toBeNull();
  expect(Object.entries(query)).toEqual([
    ["constructor", ["2", "4"]],
    ["toString", "3"],
  ]);
});

test("agrees with URLSearchParams wherever it takes a query", () => {
  const text = fc.string({ unit: fc.constantFrom(..."ab=&+%20C3A9[]é".split("")), maxLength: 12 });
  fc.assert(
    fc.property(text, (raw) => {
      try {
        const pairs = Object.entries(parseQuery(raw)).flatMap(([name, values]) =>
          [values].flat().map((value) => [name, value] as [string, string]),
        );
        const expected = [...new URLSearchParams(raw)];
        expect(pairs.map(String).toSorted()).toEqual(expected.map(String).toSorted());
      } catch (error) {
        expect(error).toMatchObject({ code: "BAD_REQUEST" });
      }
    }),
    { numRuns: 2000 },
  );
});

test("is read from a request", async () => {
  const read = async (target: string) => (await send(edge.port, request(`GET ${target}`))).body;
  expect(await read("/v1/query")).toBe("{}");
  expect(await read("/v1/query?")).toBe("{}");
  expect(await read("/v1/query?a=1&a=2?")).toBe('{"a":["1","2?"]}');
  expectRefusal(await send(edge.port, request("GET /v1/query?a=%zz")), "400 BAD_REQUEST");
});
