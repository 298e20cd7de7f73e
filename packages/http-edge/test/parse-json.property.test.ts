import { AppError } from "@layers/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../src/index.ts";
import { thrownBy } from "./thrown-by.ts";

/** What `parseJson` must return if it returns: unclean numbers replaced. */
function reference(text: string): unknown {
  type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
  const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
  return parse(text, (_key, value, { source }) => {
    if (typeof value !== "number") return value;
    return /^-?\d+$/.test(source as string) && Number.isSafeInteger(value)
      ? value
      : Number.POSITIVE_INFINITY;
  });
}

const json = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger().map((value) => value || 0),
      fc.string({ unit: "binary" }),
      fc.array(tie("value"), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: "binary" }), tie("value"), { maxKeys: 5 }),
    ),
  }))
  .value.filter((value) => !/"(?:__proto__|prototype)":/.test(JSON.stringify(value)));

test("JSON with safe integers and plain keys is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(json, fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(Buffer.from(text).toString()));
    }),
    { numRuns: 1000 },
  );
});

const token = fc.constantFrom(
  ...'{}[]:,"\\ \n0123456789-+.eE'.split(""),
  '"a"',
  '"b"',
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"\\u0061"',
  "true",
  "null",
  "1.5",
  "1e3",
  "9007199254740993",
  "\u00e9",
  "\ufeff",
  "\0",
);

const mutated = fc.tuple(json, fc.nat(), token).map(([value, position, inserted]) => {
  const text = JSON.stringify(value);
  const at = position % (text.length + 1);
  return text.slice(0, at) + inserted + text.slice(at + 1);
});

test.each([
  ["tokens", fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(""))],
  ["text", fc.string({ unit: "binary" })],
  ["JSON, one character changed", mutated],
])("%s: is refused or read as JSON.parse reads it", (_name, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (text) => {
      const result = thrownBy(() => parseJson(text));
      if (result instanceof AppError) expect(result.code).toBe("BAD_REQUEST");
      else expect(result).toEqual({ returned: reference(text) });
    }),
    { numRuns: 3000 },
  );
});

test("bytes are refused or read as JSON.parse reads their text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (array) => {
      const bytes = Buffer.from(array);
      const result = thrownBy(() => parseJson(bytes));
      if (result instanceof AppError) expect(result.code).toBe("BAD_REQUEST");
      else expect(result).toEqual({ returned: reference(bytes.toString()) });
    }),
    { numRuns: 3000 },
  );
});

test("no key is ever lost or inherited", () => {
  const keys = fc.constantFrom("a", "b", "__proto__", "constructor", "prototype", "1", "");
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 4 }), (names) => {
      const result = thrownBy(() =>
        parseJson(`{${names.map((name) => `${JSON.stringify(name)}:1`).join()}}`),
      );
      const isPlain = new Set(names).size === names.length && !names.includes("__proto__");
      expect(result instanceof AppError).toBe(!isPlain);
      if (isPlain) {
        const { returned } = result as { returned: object };
        expect(Object.keys(returned).toSorted()).toEqual(names.toSorted());
      }
    }),
  );
});
