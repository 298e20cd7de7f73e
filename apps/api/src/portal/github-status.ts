import { AppError, type ErrorCode, type GitHubStatus } from "@layers/contracts";
import type { GitHub } from "../github/github.ts";
import type { GitHubLinks } from "../links/github-links.ts";

export interface GitHubStatusDeps {
  readonly github: Pick<GitHub, "readUser">;
  readonly links: Pick<GitHubLinks, "find" | "use">;
}

const reasons: Partial<Record<ErrorCode, GitHubStatus["reason"]>> = {
  GITHUB_RECONNECT: "token_invalid",
  GITHUB_UNAVAILABLE: "github_unreachable",
  UNAVAILABLE: "github_unreachable",
};

/** What GitHub says of a user's link now; a GitHub that fails or limits us is a part of the answer. */
export async function readGitHubStatus(
  { github, links }: GitHubStatusDeps,
  userId: string,
): Promise<Omit<GitHubStatus, "appInstalled">> {
  const link = await links.find(userId);
  if (!link) return { connected: false };
  try {
    const { login, avatarUrl } = await links.use(userId, (token) => github.readUser(token));
    return { connected: true, username: login, ...(avatarUrl && { avatarUrl }) };
  } catch (error) {
    const reason = error instanceof AppError ? reasons[error.code] : undefined;
    if (!reason) throw error;
    return { connected: false, username: link.githubLogin, reason };
  }
}
