import { GitHubName, Permissions } from "@layers/contracts";
import { InvalidArgumentError } from "commander";

/** Adds `contents:read` to the permissions before it. */
export function addPermission(text: string, before: Permissions = {}): Permissions {
  const [name = "", level = "", ...more] = text.split(":");
  const { data } = Permissions.safeParse({ [name]: level });
  if (!data || more.length > 0)
    throw new InvalidArgumentError("Give a permission of GitHub and its level, as contents:read.");
  if (Object.hasOwn(before, name))
    throw new InvalidArgumentError(`The permission ${name} is given twice.`);
  return { ...before, ...data };
}

/** Adds a repository's name to the ones before it. */
export function addRepository(text: string, before: readonly string[] = []): readonly string[] {
  const { data } = GitHubName.safeParse(text);
  if (data === undefined)
    throw new InvalidArgumentError("Give a repository's name without its owner.");
  return [...new Set([...before, data])];
}
