import fc from "fast-check";
import { expect, test } from "vitest";
import { generateKey, parseKey } from "./key-format.ts";

test("K-01: a generated key is read back", () => {
  for (const env of ["live", "test"] as const) {
    const key = generateKey(env);
    expect(key.text).toMatch(
      /^lp_(live|test)_[0-9A-HJKMNP-TV-Z]{14}_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/,
    );
    expect(parseKey(key.text, env)).toEqual(key);
  }
});

test("a key of the other environment is not read", () => {
  expect(parseKey(generateKey("live").text, "test")).toBeUndefined();
  expect(parseKey(generateKey("test").text, "live")).toBeUndefined();
});

/** How far the characters of some texts are from being equally frequent; about the alphabet's size if they are. */
function chiSquare(texts: readonly string[], alphabet: string): number {
  const counts = new Map(alphabet.split("").map((character) => [character, 0]));
  for (const text of texts)
    for (const character of text) counts.set(character, (counts.get(character) ?? Number.NaN) + 1);
  const expected = texts.join("").length / alphabet.length;
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test("K-01: 100,000 keys are all different, and no character is likelier than another", () => {
  const keys = Array.from({ length: 100_000 }, () => generateKey("live"));
  expect(new Set(keys.map(({ text }) => text)).size).toBe(keys.length);
  expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(keys.length);
  const secrets = keys.map(({ text }) => text.slice(23, 23 + 42));
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // Chance goes beyond these once in a hundred million runs.
  expect(chiSquare(secrets, letters)).toBeLessThan(146);
  const ids = keys.map(({ keyId }) => keyId);
  expect(chiSquare(ids, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")).toBeLessThan(95);
});

test("K-01: every changed character is found by the checksum", () => {
  const { text } = generateKey("live");
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  for (let place = "lp_live_".length; place < text.length; place++)
    for (const character of alphabet) {
      if (character === text[place]) continue;
      const changed = text.slice(0, place) + character + text.slice(place + 1);
      expect(parseKey(changed, "live"), `${place} ${character}`).toBeUndefined();
    }
});

test("no other text is a key", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => parseKey(text, "live") === undefined),
    { numRuns: 5000 },
  );
});
