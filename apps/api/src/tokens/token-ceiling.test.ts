import type { AppError, Permissions } from "@layers/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Narrowing } from "../github/github.ts";
import {
  holdToCeiling,
  parseTokenCeiling,
  type TokenCeiling,
  writeTokenCeiling,
} from "./token-ceiling.ts";

const levels = ["read", "write", "admin"] as const;
// The last one is a property of every object.
const names = ["contents", "metadata", "issues", "constructor"];
const permissions = fc
  .dictionary(fc.constantFrom(...names), fc.constantFrom(...levels), { minKeys: 1 })
  .map((each): Permissions => ({ ...each }));
const repositories = fc
  .subarray(["api", "web", "Docs", "constructor"], { minLength: 1 })
  .map((each) => [...each]);
const narrowing: fc.Arbitrary<Narrowing> = fc.record(
  { permissions, repositories },
  { requiredKeys: [] },
);
const ceilings = fc
  .record({ permissions, repositories }, { requiredKeys: [] })
  .filter((each) => Object.keys(each).length > 0);

/** Whether every token of the one is one of the other too: written without a look at the code. */
function isWithin(inner: Narrowing, outer: Narrowing): boolean {
  const most = new Map(outer.permissions && Object.entries(outer.permissions));
  if (outer.permissions && !inner.permissions) return false;
  if (outer.repositories && !inner.repositories) return false;
  const seen = outer.repositories?.map((name) => name.toLowerCase());
  return (
    (!outer.permissions ||
      Object.entries(inner.permissions ?? {}).every(
        ([name, level]) =>
          (name === "metadata" && level === "read") ||
          (most.has(name) && levels.indexOf(level) <= levels.indexOf(most.get(name) ?? "read")),
      )) &&
    (!seen || (inner.repositories ?? []).every((name) => seen.includes(name.toLowerCase())))
  );
}

function hold(asked: Narrowing, ceiling: TokenCeiling): Narrowing | AppError {
  try {
    return holdToCeiling(asked, ceiling);
  } catch (error) {
    return error as AppError;
  }
}

describe("a ceiling", () => {
  test("G-03: lets through what is within what is asked for and within it, and only that", () => {
    fc.assert(
      fc.property(narrowing, ceilings, (asked, ceiling) => {
        const held = hold(asked, ceiling);
        const filled = { ...ceiling, ...asked };
        if (!isWithin(filled, ceiling)) {
          expect(held).toMatchObject({ code: "FORBIDDEN" });
          return;
        }
        expect(held).toEqual({ permissions: undefined, repositories: undefined, ...filled });
        expect(isWithin(held as Narrowing, asked)).toBe(true);
        expect(isWithin(held as Narrowing, ceiling)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("names everything that is beyond it", () => {
    const ceiling: TokenCeiling = { permissions: { contents: "read" }, repositories: ["API"] };
    const asked = {
      permissions: { contents: "admin", constructor: "read", metadata: "read" },
      repositories: ["api", "web"],
    } as const;
    expect(hold(asked, ceiling)).toMatchObject({
      code: "FORBIDDEN",
      issues: [
        { path: "permissions.contents", message: "At most read for this key." },
        { path: "permissions.constructor", message: "Not for this key." },
        { path: "repositories[1]", message: "Not for this key." },
      ],
    });
  });

  test("is read as it was written", () => {
    fc.assert(
      fc.property(ceilings, (ceiling) => {
        expect(parseTokenCeiling(writeTokenCeiling(ceiling))).toEqual(ceiling);
      }),
    );
    expect(parseTokenCeiling(writeTokenCeiling(undefined))).toBeUndefined();
  });

  test.each([{}, { permissions: {} }, { repositories: [] }, { repositories: ["acme/api"] }])(
    "%j means nothing",
    (ceiling) => {
      expect(() => writeTokenCeiling(ceiling)).toThrow(
        expect.objectContaining({ code: "VALIDATION" }),
      );
      expect(() => parseTokenCeiling(JSON.stringify(ceiling))).toThrow();
    },
  );
});
