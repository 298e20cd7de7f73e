import { createKeyDigests, parseVersionedSecrets } from "@layers/api";
import { expect, test } from "vitest";
import { guessKey } from "../../src/attacks/keys.ts";
import { measureBoth, welchT } from "../../src/soak/welch.ts";

const perClass = Number(process.env["TIMING_SAMPLES"] ?? 5000);
const most = 4.5;

const digests = createKeyDigests(parseVersionedSecrets(`1:${btoa("p".repeat(32))}`));
const stored = digests.digest(guessKey());
const guess = guessKey();
const rightId = () => digests.matches(guess, stored);
const unknownId = () => digests.matches(guess, undefined);

/** The code is compiled and the caches are filled before anything counts. */
function compare(calls: readonly [() => unknown, () => unknown]): number {
  measureBoth(calls, 5000);
  const [a, b] = measureBoth(calls, perClass);
  const t = welchT(a, b);
  console.log(`${perClass} samples of each class, the slowest 5 % left out: t = ${t.toFixed(2)}`);
  return Math.abs(t);
}

test("K-04: an unknown id and a wrong secret are told apart by no comparison's time", {
  timeout: 60_000,
}, () => {
  expect(compare([unknownId, rightId])).toBeLessThan(most);
});

test("K-04: a comparison that leaves the digest out for unknown ids would be found out", () => {
  const leaky = () => undefined;
  expect(compare([leaky, rightId])).toBeGreaterThan(most);
}, 60_000);
