import type { Access, Permissions } from "../world/model.ts";
import { GitHubError } from "./github-error.ts";
import { integer, invalidField, readList, text } from "./request-fields.ts";

const mostRepositories = 500;
const levels = new Set<unknown>(["read", "write", "admin"] satisfies Access[]);

/** The body of `POST …/access_tokens`; an empty list narrows nothing. */
export interface TokenRequest {
  names: string[];
  ids: number[];
  permissions: Permissions | null;
}

function readPermissions(value: unknown): Permissions | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object" || Array.isArray(value))
    throw invalidField("permissions", value, "an object");
  const entries = Object.entries(value);
  for (const [name, access] of entries)
    if (!levels.has(access))
      throw invalidField(
        `permissions/properties/${name}`,
        access,
        "a member of [read, write, admin]",
      );
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
