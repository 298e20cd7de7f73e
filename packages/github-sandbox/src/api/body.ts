import { GitHubError, restDocs } from "./github-error.ts";

/**
 * Reads a JSON body, whatever its content type claims; no body is an empty object.
 * @throws {GitHubError} 400 as GitHub answers it.
 */
export function readJsonObject(text: unknown): Record<string, unknown> {
  if (typeof text !== "string" || text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GitHubError(400, "Problems parsing JSON", restDocs);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new GitHubError(400, "Body should be a JSON object", restDocs);
  return value as Record<string, unknown>;
}
