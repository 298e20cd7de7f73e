import { AppError, invalid } from "@layers/contracts";
import type { BindingRow, Queries, Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { GitHub, GitHubToken, Narrowing } from "../github/github.ts";
import { observeRefusal } from "../installations/observe.ts";
import type { Counts } from "../metrics/counts.ts";
import { createSingleFlight, neededUntil } from "./token-life.ts";
import { scopeKeyOf } from "./token-scope.ts";
import type { TokenShelf } from "./token-shelf.ts";

export interface TokenVaultDeps {
  readonly store: Pick<Store, "transaction">;
  readonly shelf: TokenShelf;
  readonly github: Pick<GitHub, "mintToken" | "revokeToken">;
  readonly clock: Clock;
  readonly metrics: Pick<Counts, "tokens">;
  /** In 0 … 1; spreads the renewals of many tokens. */
  readonly random: () => number;
}

/** What is asked of the vault. */
export interface TokenWish extends Narrowing {
  /** Seconds that the token must still live; 300 by default. */
  readonly minValiditySeconds?: number;
}

export interface IssuedToken {
  readonly organizationId: string;
  readonly token: string;
}

/** Gets installation tokens and takes them back. */
export interface TokenVault {
  /**
   * A token narrowed exactly as wished, minted if none lives long enough; callers who wish for the
   * same at the same time share one.
   *
   * @throws `VALIDATION` for what is beyond the grant, and the errors of a binding that is gone.
   */
  get(binding: BindingRow, wish: TokenWish): Promise<GitHubToken>;
  /** Forgets a token that GitHub refused, and gets another. */
  replace(binding: BindingRow, wish: TokenWish, refused: GitHubToken): Promise<GitHubToken>;
  /**
   * Revokes one token at GitHub, and writes that down together with what `note` writes. Returns false
   * if it was not issued to the organization.
   */
  revoke(issued: IssuedToken, note: (tx: Queries) => Promise<void>): Promise<boolean>;
  /** Revokes every live token of a binding at GitHub. */
  revokeAll(bindingId: string): Promise<void>;
}

export function createTokenVault(deps: TokenVaultDeps): TokenVault {
  const { shelf, github } = deps;
  const once = createSingleFlight<GitHubToken>(() => {
    deps.metrics.tokens.joined += 1;
  });

  const getBeyond = async (binding: BindingRow, wish: TokenWish, until: number) => {
    const scopeKey = scopeKeyOf(wish);
    const { id: bindingId, grantVersion } = binding;
    const found = await shelf.find({ bindingId, scopeKey, grantVersion }, until);
    const key = `${bindingId} ${grantVersion} ${scopeKey}`;
    return found ?? once(key, () => mint(deps, binding, wish));
  };

  const get: TokenVault["get"] = (binding, wish) =>
    getBeyond(binding, wish, neededUntil(deps, wish.minValiditySeconds));

  return {
    get,

    async replace(binding, wish, refused) {
      await shelf.forget({ bindingId: binding.id, scopeKey: scopeKeyOf(wish) }, refused.token);
      // What expires no later would be refused as well.
      const until = Math.max(neededUntil(deps, wish.minValiditySeconds), refused.expiresAt * 1000);
      return getBeyond(binding, wish, until);
    },

    async revoke({ organizationId, token }, note) {
      const place = await shelf.findIssued(organizationId, token);
      if (!place) return false;
      await shelf.withhold([{ ...place, token }]);
      await github.revokeToken(token);
      await shelf.forget(place, token, note);
      return true;
    },

    async revokeAll(bindingId) {
      const live = await shelf.listLive(bindingId);
      await shelf.withhold(live);
      for (const { token, ...place } of live) {
        await github.revokeToken(token);
        await shelf.forget(place, token);
      }
    },
  };
}

async function mint(
  deps: TokenVaultDeps,
  binding: BindingRow,
  wish: Narrowing,
): Promise<GitHubToken> {
  const { repositories, permissions } = wish;
  const narrowing = { repositories, permissions };
  const result = await deps.github.mintToken(binding.installationId, narrowing);
  switch (result.kind) {
    case "minted":
      deps.metrics.tokens.minted += 1;
      return keepOrRevoke(deps, binding, { scopeKey: scopeKeyOf(wish), token: result.token });
    case "suspended":
    case "gone":
      throw await observeRefusal(deps, binding, result.kind);
    case "permissions_not_granted":
      throw invalid("permissions", "Exceed what the installation was granted.");
    case "repositories_not_granted":
      throw invalid("repositories", "Name one that the installation cannot see.");
  }
}

interface Minted {
  readonly scopeKey: string;
  readonly token: GitHubToken;
}

/** A token that nobody gets must not live on: because its binding has ended, or could not be read. */
async function keepOrRevoke(
  { shelf, github }: TokenVaultDeps,
  binding: BindingRow,
  { scopeKey, token }: Minted,
): Promise<GitHubToken> {
  const place = { bindingId: binding.id, scopeKey };
  try {
    if (await shelf.keep(binding, scopeKey, token)) return token;
  } catch (error) {
    // It may have been kept all the same: unless it is forgotten, it must not die either.
    await shelf.forget(place, token.token).then(
      () => github.revokeToken(token.token),
      () => {},
    );
    throw error;
  }
  await github.revokeToken(token.token);
  throw new AppError("NOT_FOUND");
}
