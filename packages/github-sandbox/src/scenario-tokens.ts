import type { Account, PersonalToken } from "./world/model.ts";
import type { World } from "./world/world.ts";

/** Tokens that people make for themselves, in GitHub's developer settings. */
export interface TokenScenario {
  /**
   * Makes a personal access token: `ghp_…` with these scopes, or `github_pat_…`.
   * @throws when the account is unknown.
   */
  createPersonalToken(login: string, token: Omit<PersonalToken, "userId">): string;
  /** Ends a personal access token. */
  revokePersonalToken(token: string): void;
}

export const createTokenScenario = (
  { personalTokens }: World,
  requireAccount: (login: string) => Account,
): TokenScenario => ({
  createPersonalToken: (login, token) =>
    personalTokens.issue({ ...token, userId: requireAccount(login).id }),
  revokePersonalToken: personalTokens.revoke,
});
