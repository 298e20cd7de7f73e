import type { GitHubEnterprise } from "../github/github.ts";
import type { GitHubConfig } from "../github/github-config.ts";

/** Looks up an enterprise that the App is installed on, and which GitHub it is. */
export async function findEnterprise(
  config: GitHubConfig,
  slug: string,
): Promise<{ readonly host: string; readonly enterprise: GitHubEnterprise | undefined }> {
  // Octokit is loaded for this one command only.
  const { createOctokitGitHub } = await import("../github/octokit-github.ts");
  const github = createOctokitGitHub(config);
  return { host: github.host, enterprise: await github.findEnterprise({ slug }) };
}
