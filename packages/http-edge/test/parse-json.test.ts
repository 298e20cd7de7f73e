import { AppError } from "@layers/contracts";
import { describe, expect, test } from "vitest";
import { parseJson } from "../src/index.ts";
import { thrownBy } from "./thrown-by.ts";

const refused = new AppError("BAD_REQUEST");

function expectRefused(input: string | Buffer): void {
  const error = thrownBy(() => parseJson(input));
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "BAD_REQUEST", message: refused.message });
  expect((error as AppError).cause).toBeUndefined();
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const manyKeys = (count: number, step = 1) =>
  `{${Array.from({ length: count }, (_, i) => `"${i * step}":0`).join()}}`;

describe("refuses", () => {
  test.each([
    ["an open object", '{"installationId":5001,'],
    ["a bare key", "{installationId:5001}"],
    ["a trailing comma", '{"installationId":5001,}'],
    ["a comment", '{/*c*/"installationId":5001}'],
    ["NaN", "NaN"],
    ["Infinity", "-Infinity"],
    ["nothing", ""],
    ["space alone", " \n"],
    ["two values", "1 2"],
    ["an open string", '"abc'],
    ["an open escape", '"abc\\'],
    ["an open unicode escape", '"\\u12'],
    ["a bad escape", '"\\x41"'],
    ["a bad escape in a key", '{"\\x41":1}'],
    ["a control character in a string", '"a\nb"'],
    ["single quotes", "{'a':1}"],
    ["a leading zero", "01"],
    ["a leading zero after a sign", "[-01.5]"],
    ["a leading plus", "+1"],
    ["a bare minus", "-"],
    ["a number without a fraction", "1."],
    ["a number without an integer", ".5"],
    ["a number without an exponent", "1e"],
    ["a hexadecimal number", "0x10"],
    ["a big integer", "1n"],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["a vertical tab between tokens", "[1,\v2]"],
    ["a no-break space between tokens", "[1,\u00a02]"],
    ["a closing bracket too many", "[]]"],
    ["brackets that do not match", "[}"],
  ])("%s", (_name, text) => expectRefused(text));

  test.each([
    ["a key twice", '{"a":1,"a":1}'],
    ["a key twice, not next to each other", '{"a":1,"b":{"a":2},"a":3}'],
    ["a key twice, once escaped", '{"a":1,"\\u0061":2}'],
    ["a key twice, in an object in a list", '[{"b":[{"a":1,"a":2}]}]'],
    ["an empty key twice", '{"":1,"":2}'],
    ["__proto__", '{"__proto__":{"isAdmin":true}}'],
    ["__proto__, nested", '{"a":[{"__proto__":1}]}'],
    ["__proto__, escaped", '{"\\u005f_proto__":1}'],
    ["__proto__, escaped otherwise", '{"\\u005F\\u005fproto\\u005f_":1}'],
    ["__proto__ before a spaced colon", '{"__proto__" \n : 1}'],
    ["constructor.prototype", '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ["constructor.prototype, not first", '{"constructor":{"a":{},"prototype":1}}'],
    ["constructor.prototype, escaped", '{"\\u0063onstructor":{"protot\\u0079pe":1}}'],
  ])("%s", (_name, text) => {
    expectRefused(text);
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  });

  test.each([
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["an overlong sequence", Buffer.from([0x22, 0xc0, 0xae, 0x22])],
    ["an encoded surrogate", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["a cut sequence", Buffer.from([0x22, 0xc3, 0x22])],
    ["a byte order mark", Buffer.from('\ufeff{"a":1}')],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
    ["UTF-16 with a byte order mark", Buffer.from('\ufeff{"a":1}', "utf16le")],
    ["Latin-1", Buffer.from('"é"', "latin1")],
    ["nothing", Buffer.alloc(0)],
  ])("bytes of %s", (_name, bytes) => expectRefused(bytes));
});

describe("bounds", () => {
  test.each([
    ["depth of lists", nested(32), nested(33)],
    ["depth of objects", nestedObjects(32), nestedObjects(33)],
    ["keys", manyKeys(1000), manyKeys(1001)],
    ["string", `"${"a".repeat(8192)}"`, `"${"a".repeat(8193)}"`],
    ["key", `{"${"a".repeat(8192)}":1}`, `{"${"a".repeat(8193)}":1}`],
    ["escaped string", `"${"\\u00e9\\n".repeat(4096)}"`, `"${"\\u00e9\\n".repeat(4096)}a"`],
  ])("%s: the last that passes and the first that does not", (_name, inside, outside) => {
    expect(parseJson(inside)).toEqual(JSON.parse(inside));
    expectRefused(outside);
  });

  test("keys are counted over all objects", () => {
    const object = manyKeys(500);
    expect(parseJson(`[${object},${object}]`)).toHaveLength(2);
    expectRefused(`[${object},${object},{"a":1}]`);
  });

  test("may be set", () => {
    expect(parseJson('"abc"', { stringLength: 3 })).toBe("abc");
    expect(() => parseJson('"abc"', { stringLength: 2 })).toThrow(refused.message);
    expect(parseJson(nested(40), { depth: 40 })).toHaveLength(1);
  });
});

describe("numbers", () => {
  test.each(["0", "-0", "1", "-1", "5001", "9007199254740991", "-9007199254740991"])(
    "%s is taken",
    (source) => expect(parseJson(source)).toBe(Number(source)),
  );

  test.each([
    "9007199254740992",
    "9007199254740993",
    "-9007199254740993",
    "18446744073709551616",
    "1e21",
    "1e400",
    "-1e400",
    "5001.0",
    "5001.5",
    "5001.0000000000000000001",
    "5.001e3",
    "50010e-1",
    "5001E0",
    "0.0",
    "-0.0",
    "0e0",
  ])("%s is not rounded", (source) => {
    const value = Number.POSITIVE_INFINITY;
    expect(parseJson(source)).toBe(value);
    expect(parseJson(` {"a":[1,${source} ,2],"b" : ${source}}`)).toEqual({
      a: [1, value, 2],
      b: value,
    });
  });

  test("are left alone inside strings", () => {
    expect(parseJson('{"1.5":"2.5, 1e3"}')).toEqual({ "1.5": "2.5, 1e3" });
  });
});

test("takes keys that only look dangerous", () => {
  const text =
    '[{"constructor":1,"prototype":2},{"constructor":[{"prototype":3}]},{"a":"__proto__"},' +
    '{"constructor":4},{"prototype":5},{"constructor":{"a":{"prototype":6}}},{"toString":7}]';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

describe("takes time in proportion to the input", () => {
  const size = 65_536;
  const fill = (part: string, { before = "", after = "" } = {}) =>
    before + part.repeat((size - before.length - after.length) / part.length) + after;

  test.each([
    ["deep lists", nested(20_000)],
    ["deep objects", nestedObjects(5000)],
    ["integer keys", manyKeys(9999)],
    ["colliding integer keys", manyKeys(1000, 65_536)],
    ["integers", fill("1,", { before: "[", after: "1]" })],
    ["fractions", fill("1.5,", { before: "[", after: "1]" })],
    ["one long number", fill("1")],
    ["one long exponent", fill("9", { before: "1e" })],
    ["signs", fill("-")],
    ["exponents", fill("1e")],
    ["objects", fill("{},", { before: "[", after: "1]" })],
    ["backslashes", fill("\\", { before: '"' })],
    ["quotes", fill('" ')],
    ["spaces", fill(" ")],
    ["escaped strings", fill(`"${"\\u0041".repeat(100)}",`, { before: "[", after: "1]" })],
  ])("%s", (_name, text) => {
    const bytes = Buffer.from(text);
    const times = Array.from({ length: 3 }, () => {
      // Of this thread alone: other work on the machine must not count.
      const before = process.threadCpuUsage();
      thrownBy(() => parseJson(bytes));
      return process.threadCpuUsage(before).user / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
