import { AppError } from "@layers/contracts";
import type { Store } from "@layers/storage";
import type { GitHub } from "../github/github.ts";
import type { GitHubLinks } from "../links/github-links.ts";

export interface CheckLinksDeps {
  readonly store: Pick<Store, "githubLinks">;
  readonly github: Pick<GitHub, "host" | "appId" | "readUser">;
  readonly links: Pick<GitHubLinks, "use">;
}

/** Asks GitHub whether a person's links are still good; what it refuses is ended by the asking. */
export async function checkLinks(
  { store, github, links }: CheckLinksDeps,
  githubUserId: number,
): Promise<void> {
  const { host, appId } = github;
  for (const { userId } of await store.githubLinks.listLive({ host, appId, githubUserId }))
    try {
      await links.use(userId, (token) => github.readUser(token));
    } catch (error) {
      if (!(error instanceof AppError && error.code === "GITHUB_RECONNECT")) throw error;
    }
}
