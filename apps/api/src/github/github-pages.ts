import type { GitHub } from "./github.ts";
import type { GitHubConfig } from "./github-config.ts";

/** GitHub's own pages that a person is sent to. */
export function githubPages(config: GitHubConfig): Pick<GitHub, "installUrl" | "authorizeUrl"> {
  const isGitHubDotCom = new URL(config.webUrl).hostname === "github.com";
  const apps = isGitHubDotCom ? "apps" : "github-apps";
  return {
    // `redirect_uri` is not documented for this page: the flow must work when it is ignored.
    installUrl: ({ state, returnUrl }) =>
      withQuery(`${config.webUrl}/${apps}/${config.appSlug}/installations/new`, {
        state,
        redirect_uri: returnUrl,
      }),
    authorizeUrl: ({ state, codeChallenge, redirectUri }) =>
      withQuery(`${config.webUrl}/login/oauth/authorize`, {
        client_id: config.clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
      }),
  };
}

const withQuery = (url: string, query: Record<string, string>): string =>
  `${url}?${new URLSearchParams(query).toString()}`;
