import type { z } from "zod";
import type { Issue } from "./errors.ts";

const printableKey = /^[A-Za-z0-9_.-]{1,64}$/;
const nouns: Record<string, string> = {
  int: "an integer",
  number: "an integer",
  string: "a string",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};
const units: Record<string, string> = { string: "character", array: "item" };

type RawIssue = z.core.$ZodRawIssue;

/**
 * The one zod error map. Messages are built from the schema alone and never hold the input.
 * Pass it to each parse: `schema.safeParse(value, { error: errorMap })`.
 */
export const errorMap = (issue: RawIssue): string => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "Required." : `Expected ${nounOf(issue.expected)}.`;
    case "too_small":
      return bound("at least", issue.origin, issue.minimum);
    case "too_big":
      return bound("at most", issue.origin, issue.maximum);
    case "invalid_value":
      return `Expected one of: ${issue.values.map(String).join(", ")}.`;
    case "invalid_format":
      return "Has the wrong format.";
    case "unrecognized_keys":
      return "Unknown key.";
    default:
      return "Is not valid.";
  }
};

const nounOf = (expected: string): string => nouns[expected] ?? `a value of type ${expected}`;

function bound(relation: string, origin: string, limit: number | bigint): string {
  const unit = units[origin];
  if (!unit) return `Must be ${relation} ${limit}.`;
  return `Must have ${relation} ${limit} ${unit}${Number(limit) === 1 ? "" : "s"}.`;
}

/**
 * Lists a zod error's issues with paths as text, one for each path; an unknown key's name is repeated only
 * if harmless.
 */
export function toIssues(error: z.core.$ZodError): Issue[] {
  const named = new Set<string>();
  // Of a value of the wrong type zod also tells how long it is.
  return allIssues(error).filter(({ path }) => !named.has(path) && named.add(path));
}

function allIssues(error: z.core.$ZodError): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = toPath(issue.path);
    if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: joinPath(path, printableKey.test(key) ? key : "?"),
      message: "Unknown key.",
    }));
  });
}

function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    return joinPath(text, printableKey.test(name) ? name : "?");
  }, "");
}

const joinPath = (parent: string, key: string): string => (parent ? `${parent}.${key}` : key);
