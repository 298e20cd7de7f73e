import { AnyErrorEnvelope, type ErrorCode, errorCatalog } from "@layers/contracts";
import { expect } from "vitest";
import type { Answer } from "./http.ts";

const withRetryAfter: readonly number[] = [429, 502, 503];

/** Checks everything that holds for every refusal, and returns its envelope. */
export function expectRefusal(answer: Answer, code: ErrorCode): AnyErrorEnvelope {
  const { status, error } = errorCatalog[code];
  const envelope = AnyErrorEnvelope.parse(answer.body);
  expect({ status: answer.status, code: envelope.code }).toEqual({ status, code });
  expect(envelope.error).toBe(error);
  expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|sqlite|node_modules|\.ts\b/i);

  const { headers } = answer;
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(headers.get("x-request-id")).toMatch(/^req_[0-9A-HJKMNP-TV-Z]{26}$/);
  if (withRetryAfter.includes(status)) {
    expect(envelope.retryAfter).toBeGreaterThanOrEqual(1);
    expect(headers.get("retry-after")).toBe(String(envelope.retryAfter));
  } else {
    expect(envelope.retryAfter).toBeUndefined();
    expect(headers.get("retry-after")).toBeNull();
  }
  expect(Object.keys(envelope.fieldErrors ?? {}).toSorted()).toEqual(
    [...new Set(envelope.issues?.map(({ path }) => path))].toSorted(),
  );
  return envelope;
}

/** The headers that tell of a budget. */
export const budgetHeaders = ["ratelimit-policy", "ratelimit", "x-ratelimit-endpoint-class"];

/** Every answer to an authenticated call tells what is left of the budget; no other does. */
export function expectBudgetHeaders({ headers }: Answer, expected: boolean): void {
  expect(budgetHeaders.filter((name) => headers.has(name))).toEqual(expected ? budgetHeaders : []);
}
