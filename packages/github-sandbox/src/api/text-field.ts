import { GitHubError } from "./github-error.ts";

const invalid = (problem: string) => new GitHubError(422, `Invalid request.\n\n${problem}`);

/**
 * Reads a text that a body must have, of one character at least.
 * @throws {GitHubError} 422 when it is missing, no text, empty or too long.
 */
export function requireText(
  body: Record<string, unknown>,
  field: string,
  longest = Number.POSITIVE_INFINITY,
): string {
  const value = body[field];
  if (value === undefined || value === null) throw invalid(`"${field}" wasn't supplied.`);
  const place = `For 'properties/${field}'`;
  if (typeof value !== "string")
    throw invalid(`${place}, ${JSON.stringify(value)} is not a string.`);
  if (value === "") throw invalid(`${place}, the text is empty.`);
  // Characters, not UTF-16 units.
  if (Array.from(value).length > longest)
    throw invalid(`${place}, the text is too long (maximum is ${longest} characters).`);
  return value;
}
