import { GitHubError } from "./github-error.ts";

export const invalidField = (field: string, value: unknown, expected: string) =>
  new GitHubError(
    422,
    `Invalid request.\n\nFor 'properties/${field}', ${JSON.stringify(value)} is not ${expected}.`,
  );

export const missingField = (field: string) =>
  new GitHubError(422, `Invalid request.\n\n"${field}" wasn't supplied.`);

interface Item<T> {
  is: (entry: unknown) => entry is T;
  expected: string;
}

export const text: Item<string> = {
  is: (entry): entry is string => typeof entry === "string",
  expected: "a string",
};

export const integer: Item<number> = {
  is: (entry): entry is number => Number.isSafeInteger(entry),
  expected: "an integer",
};

/** @throws {GitHubError} 422 for anything but a list of such items; absent and null are an empty one. */
export function readList<T>(field: string, value: unknown, item: Item<T>): T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidField(field, value, "an array");
  return value.map((entry: unknown) => {
    if (!item.is(entry)) throw invalidField(`${field}/items`, entry, item.expected);
    return entry;
  });
}
