import type { Choice } from "../world/installations.ts";
import type { Account, Permissions, Repository } from "../world/model.ts";
import { usesRepositories } from "../world/permissions.ts";
import type { Api } from "./endpoint.ts";
import { GitHubError } from "./github-error.ts";
import { invalidField, missingField, readList, text } from "./request-fields.ts";

const mostRepositories = 50;

type Body = Record<string, unknown>;
type Selection = "all" | "selected" | "none";

const refused = (message: string) => new GitHubError(422, message);

/** @throws {GitHubError} 422 for an App or an installation that uses no repository permission. */
export function requireRepositoryUse(permissions: Permissions): void {
  if (!usesRepositories(permissions))
    throw refused(
      "This installation does not use repository permissions, so it cannot be given access to any repositories.",
    );
}

function readNames(body: Body): string[] {
  const names = readList("repositories", body["repositories"], text);
  if (names.length > mostRepositories)
    throw refused(
      `Invalid request.\n\nNo more than ${mostRepositories} items are allowed; ${names.length} were supplied.`,
    );
  return names;
}

/** By their simple names, each once: one bad name refuses all. */
function findRepositories({ world }: Api, organization: Account, names: string[]): Repository[] {
  const found = names.map((name) => world.accounts.repository(organization.login, name));
  const known = found.filter((repository) => repository !== undefined);
  if (known.length < found.length)
    throw refused(
      "There is at least one repository that does not exist or does not belong to the organization.",
    );
  return [...new Set(known)];
}

/** The `repositories` of a body that needs them. @throws {GitHubError} 422 */
export function readRepositories(api: Api, organization: Account, body: Body): Repository[] {
  if (body["repositories"] === undefined) throw missingField("repositories");
  const names = readNames(body);
  if (names.length === 0) throw refused("At least one repository must be given.");
  return findRepositories(api, organization, names);
}

function readSelection(body: Body, allowed: readonly Selection[]): Selection {
  const value = body["repository_selection"];
  if (value === undefined) throw missingField("repository_selection");
  const selection = allowed.find((name) => name === value);
  if (!selection)
    throw invalidField("repository_selection", value, `a member of [${allowed.join(", ")}]`);
  return selection;
}

interface SelectionContext {
  organization: Account;
  allowed: readonly Selection[];
  /** What the installation will have been granted. */
  permissions: Permissions;
}

/** `repository_selection` and `repositories` of a body. @throws {GitHubError} 422 */
export function readChoice(
  api: Api,
  body: Body,
  { organization, allowed, permissions }: SelectionContext,
): Choice {
  const selection = readSelection(body, allowed);
  if (selection === "selected") {
    const repositories = readRepositories(api, organization, body);
    requireRepositoryUse(permissions);
    return { selection, repositoryIds: repositories.map(({ id }) => id) };
  }
  if (body["repositories"] !== undefined)
    throw refused(`No repositories can be given when repository_selection is "${selection}".`);
  if (selection === "all") {
    requireRepositoryUse(permissions);
    return { selection, repositoryIds: [] };
  }
  if (usesRepositories(permissions))
    throw refused(
      'The App requests repository permissions: repository_selection must be "all" or "selected".',
    );
  return { selection: "selected", repositoryIds: [] };
}
