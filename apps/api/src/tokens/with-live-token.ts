import type { BindingRow } from "@layers/storage";
import type { GitHubToken } from "../github/github.ts";
import type { TokenVault, TokenWish } from "./token-vault.ts";

/** Where a token of ours comes from, and another one when GitHub refuses it. */
export interface TokenSource {
  get(): Promise<GitHubToken>;
  replace(refused: GitHubToken): Promise<GitHubToken>;
}

/** A call to GitHub, and how to see that it was the token that GitHub refused. */
export interface TokenCall<R> {
  readonly call: (token: string) => Promise<R>;
  readonly isRefused: (result: R) => boolean;
}

export interface LiveTokenDeps {
  readonly source: TokenSource;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The tokens of a binding's installation. */
export const tokensOf = (
  vault: Pick<TokenVault, "get" | "replace">,
  binding: BindingRow,
  wish: TokenWish = {},
): TokenSource => ({
  get: () => vault.get(binding, wish),
  replace: (refused) => vault.replace(binding, wish, refused),
});

/** GitHub may take so long until all of it knows what is new. */
export const replicaLagMilliseconds = [500, 1500, 3000];

/**
 * Makes a call with a token of ours: one that is refused is replaced once, and a new one is given time.
 * The result may still be a refusal. A call that was refused for its token has done nothing.
 */
export async function withLiveToken<R>(
  { source, wait }: LiveTokenDeps,
  { call, isRefused }: TokenCall<R>,
): Promise<R> {
  let token = await source.get();
  let result = await call(token.token);
  if (!isRefused(result)) return result;
  token = await source.replace(token);
  result = await call(token.token);
  for (const milliseconds of replicaLagMilliseconds) {
    if (!isRefused(result)) return result;
    await wait(milliseconds);
    result = await call(token.token);
  }
  return result;
}
