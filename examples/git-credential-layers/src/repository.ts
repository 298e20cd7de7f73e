/** A repository as a URL names it. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/**
 * The repository of a path such as `acme/api.git`, of its wiki, or of its large files
 * (`acme/api.git/info/lfs`).
 *
 * @throws when the path is none of a repository
 */
export function parseRepository(path: string): Repository {
  const [, owner, name] =
    /^\/?([\w.-]+)\/([\w.-]+?)(?:\.wiki)?(?:\.git)?(?:\/info\/lfs)?\/?$/.exec(path) ?? [];
  if (!owner || !name) throw new Error(`${JSON.stringify(path)} is not the path of a repository.`);
  return { owner, name };
}
