export const restDocs = "https://docs.github.com/rest";

/** One of GitHub's error answers. */
export class GitHubError extends Error {
  readonly status: number;
  readonly docs: string | undefined;

  /** @param docs Where GitHub's documentation speaks of it; by default the endpoint's own page. */
  constructor(status: number, message: string, docs?: string) {
    super(message);
    this.status = status;
    this.docs = docs;
  }
}

export const badCredentials = () => new GitHubError(401, "Bad credentials", restDocs);
export const requiresAuthentication = () => new GitHubError(401, "Requires authentication");
export const notFound = () => new GitHubError(404, "Not Found");
export const mustAdministerRepository = () =>
  new GitHubError(403, "Must have admin rights to Repository.");
export const forbiddenToPersonalTokens = () =>
  new GitHubError(403, "Resource not accessible by personal access token");
export const forbiddenToApps = () => new GitHubError(403, "Resource not accessible by integration");

/** GitHub's `basic-error`: its `status` is a string. */
export const toErrorBody = (status: number, message: string, docs = restDocs) => ({
  message,
  documentation_url: docs,
  status: String(status),
});
