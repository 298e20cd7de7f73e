import { expect, test } from "vitest";
import { createRetryBudget } from "./retry-budget.ts";

test("R-31: retries stay within a tenth of the calls and one a second", () => {
  let now = 0;
  const budget = createRetryBudget(() => now);
  let retries = 0;
  const calls = 10_000;
  for (let call = 0; call < calls; call++) {
    now += 1;
    budget.countCall();
    for (let each = 0; each < 2; each++) if (budget.takeRetry()) retries += 1;
  }
  expect(retries).toBeLessThanOrEqual(calls * 0.1 + calls / 1000 + 10);
  expect(retries).toBeGreaterThan(calls * 0.1);
});

test("a few calls may all be repeated", () => {
  const budget = createRetryBudget(() => 0);
  const taken = Array.from({ length: 12 }, () => budget.takeRetry()).filter(Boolean);
  expect(taken).toHaveLength(10);
});
