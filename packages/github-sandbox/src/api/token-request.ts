import type { Access, Permissions } from "../world/model.ts";
import { GitHubError } from "./github-error.ts";

const mostRepositories = 500;
const levels = new Set<unknown>(["read", "write", "admin"] satisfies Access[]);

/** The body of `POST …/access_tokens`; an empty list narrows nothing. */
export interface TokenRequest {
  names: string[];
  ids: number[];
  permissions: Permissions | null;
}

const invalid = (field: string, value: unknown, expected: string) =>
  new GitHubError(
    422,
    `Invalid request.\n\nFor 'properties/${field}', ${JSON.stringify(value)} is not ${expected}.`,
  );

function readList<T>(
  field: string,
  value: unknown,
  item: { is: (entry: unknown) => entry is T; expected: string },
): T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(field, value, "an array");
  return value.map((entry: unknown) => {
    if (!item.is(entry)) throw invalid(`${field}/items`, entry, item.expected);
    return entry;
  });
}

const text = {
  is: (entry: unknown): entry is string => typeof entry === "string",
  expected: "a string",
};

const integer = {
  is: (entry: unknown): entry is number => Number.isSafeInteger(entry),
  expected: "an integer",
};

function readPermissions(value: unknown): Permissions | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object" || Array.isArray(value))
    throw invalid("permissions", value, "an object");
  const entries = Object.entries(value);
  for (const [name, access] of entries)
    if (!levels.has(access))
      throw invalid(`permissions/properties/${name}`, access, "a member of [read, write, admin]");
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

/** @throws {GitHubError} 422 for a field of the wrong type, and for more than 500 repositories. */
export function parseTokenRequest(body: Record<string, unknown>): TokenRequest {
  const names = readList("repositories", body["repositories"], text);
  const ids = readList("repository_ids", body["repository_ids"], integer);
  if (names.length + ids.length > mostRepositories)
    throw new GitHubError(
      422,
      `A maximum of ${mostRepositories} repositories can be specified for an access token.`,
    );
  return { names, ids, permissions: readPermissions(body["permissions"]) };
}
