/** What a caller with another credential is told to use. */
export const useOf: Record<string, string> = {
  "githubApi.listInstallationRepositories": "an API key (lp_) or an installation token (ghs_)",
  "githubApi.listUserInstallations": "a portal session or a user token of this App (ghu_)",
  "githubApi.listUserInstallationRepositories":
    "a portal session or a user token of this App (ghu_)",
  "githubApi.addRepository": "a classic personal access token (ghp_)",
  "githubApi.removeRepository": "a classic personal access token (ghp_)",
  "githubApi.createContentAttachment": "an API key (lp_) or an installation token (ghs_)",
};
