import { expect, test } from "vitest";
import { systemClock, toPreciseTime, toTime } from "./clock.ts";

const at = Date.parse("2026-04-18T19:14:09.123Z") * 1000 + 456;

test("times are written as the documentation prints them", () => {
  expect(toTime(at)).toBe("2026-04-18T19:14:09.123Z");
  expect(toPreciseTime(at)).toBe("2026-04-18T19:14:09.123456+00:00");
  expect(toPreciseTime(at - 123_456)).toBe("2026-04-18T19:14:09.000000+00:00");
});

test("the clock tells whole microseconds of now", () => {
  const now = systemClock();
  expect(Number.isSafeInteger(now)).toBe(true);
  expect(Math.abs(now / 1000 - Date.now())).toBeLessThan(1000);
});
