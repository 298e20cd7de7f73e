import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contract, errorCatalog, errorsOf, noContent, operations, routeOf } from "../src/index.ts";

const all = [...operations(contract)];

test("every REST route is unique", () => {
  const routes = all.map(([, { rest }]) => rest.replaceAll(/\{\w+\}/g, "{}"));
  expect(new Set(routes).size).toBe(routes.length);
});

describe.for(all)("%s", ([, operation]) => {
  const { method, parameters } = routeOf(operation);

  test("declares every path parameter in its input", () => {
    expect(Object.keys(operation.input.shape)).toEqual(expect.arrayContaining([...parameters]));
  });

  test("reads with GET and writes with anything else", () => {
    expect(method === "GET").toBe(operation.kind === "query");
  });

  test("never takes its input from the body of a GET", () => {
    expect(method === "GET" && operation.inputIn === "body").toBe(false);
  });

  test("refuses unknown input keys", () => {
    const result = operation.input.safeParse({ "un known": 1 });
    const codes = result.error?.issues.map(({ code }) => code);
    expect(codes).toContain("unrecognized_keys");
  });

  test("takes and sends what JSON Schema can describe", () => {
    expect(() => z.toJSONSchema(operation.input, { io: "input" })).not.toThrow();
    for (const body of Object.values(operation.responses))
      if (body !== noContent) expect(() => z.toJSONSchema(body)).not.toThrow();
  });

  test("answers success with 2xx statuses", () => {
    const statuses = Object.keys(operation.responses).map(Number);
    expect(statuses.length).toBeGreaterThan(0);
    for (const status of statuses) expect(Math.floor(status / 100)).toBe(2);
  });

  test("names only errors of the catalog, each once", () => {
    const codes = errorsOf(operation);
    expect(Object.keys(errorCatalog)).toEqual(expect.arrayContaining([...codes]));
    expect(new Set(codes).size).toBe(codes.length);
  });
});
