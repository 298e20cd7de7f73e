import fc from "fast-check";
import { expect, test } from "vitest";
import { minutes, seconds } from "../clock.ts";
import { createTokenBucket } from "./token-bucket.ts";

const numRuns = Number(process.env["FUZZ_RUNS"] ?? 5000);

test("holds a minute's worth and refills evenly", () => {
  const bucket = createTokenBucket(60, 0);
  for (let each = 0; each < 60; each++) expect(bucket.take(0).taken).toBe(true);
  expect(bucket.take(0)).toEqual({ taken: false, remaining: 0, nextSeconds: 1 });
  expect(bucket.take(seconds(1))).toMatchObject({ taken: true, remaining: 0 });
  expect(bucket.take(seconds(1)).taken).toBe(false);
});

test("says when there is one more", () => {
  const bucket = createTokenBucket(2, 0);
  expect(bucket.peek(0)).toEqual({ remaining: 2, nextSeconds: 0 });
  bucket.take(0);
  bucket.take(0);
  expect(bucket.peek(seconds(10))).toEqual({ remaining: 0, nextSeconds: 20 });
});

test("a clock that goes back gives nothing", () => {
  const bucket = createTokenBucket(1, minutes(1));
  bucket.take(minutes(1));
  expect(bucket.take(0).taken).toBe(false);
});

test("H-13: never lets more through than a full bucket and what flows in", () => {
  const schedule = fc.array(fc.nat({ max: 5_000_000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), schedule, (perMinute, gaps) => {
      const bucket = createTokenBucket(perMinute, 0);
      let now = 0;
      let taken = 0;
      for (const gap of gaps) {
        now += gap;
        const { taken: success, remaining, nextSeconds } = bucket.take(now);
        if (success) taken += 1;
        if (remaining < 0 || nextSeconds < 0) return false;
      }
      return taken <= perMinute + (perMinute * now) / minutes(1) + 1e-6;
    }),
    { numRuns },
  );
}, 600_000);
