import { expect, test } from "vitest";
import { AppError, ErrorEnvelope, errorCatalog, errorCodes, toAppError } from "../src/index.ts";

test.for(errorCodes)("%s has an envelope of the closed shape", (code) => {
  const error = new AppError(code);
  expect(ErrorEnvelope.parse(error.envelope)).toEqual(error.envelope);
  expect(error.status).toBe(errorCatalog[code].status);
});

test.for(errorCodes)("%s says when to try again if and only if that may help", (code) => {
  const { envelope, headers, status } = new AppError(code);
  expect(envelope.retryAfter !== undefined).toBe([429, 502, 503].includes(status));
  expect(headers["Retry-After"]).toBe(envelope.retryAfter?.toString());
});

test("the first message of a path becomes its field error", () => {
  const issues = [
    { path: "a", message: "one" },
    { path: "a", message: "two" },
    { path: "__proto__", message: "three" },
  ];
  const { fieldErrors } = new AppError("VALIDATION", { issues }).envelope;
  expect(Object.entries(fieldErrors ?? {})).toEqual([
    ["a", "one"],
    ["__proto__", "three"],
  ]);
});

test("an unknown error becomes INTERNAL and nothing of it is sent", () => {
  const error = toAppError(new Error("secret ghs_canary"));
  expect(error.code).toBe("INTERNAL");
  expect(JSON.stringify(error.envelope)).not.toContain("canary");
  expect(error.cause).toBeInstanceOf(Error);
});
