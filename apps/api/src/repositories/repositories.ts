import { AppError, type contract, type Repository } from "@layers/contracts";
import type { BindingRow, Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { Handlers } from "../context.ts";
import { createCursors } from "../cursor.ts";
import type { GitHub, GitHubRepository } from "../github/github.ts";
import { observeRefusal } from "../installations/observe.ts";
import { requireBinding } from "../installations/require-binding.ts";
import type { TokenVault } from "../tokens/token-vault.ts";
import { tokensOf, withLiveToken } from "../tokens/with-live-token.ts";

export interface RepositoriesDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "listRepositories">;
  readonly vault: Pick<TokenVault, "get" | "replace">;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
}

type Repositories = Pick<Handlers<typeof contract.github>, "listRepos">;

/** How many repositories of GitHub's list come before the next one. */
const cursors = createCursors("r");
const perPage = 100;
/** Pages that one call reads from GitHub at the most; a search goes on with its cursor. */
const maxPages = 10;

/** Lists what the installation can see. */
export function createRepositories(deps: RepositoriesDeps): Repositories {
  return {
    async listRepos({ context, input }) {
      const offset = cursors.read(input.cursor) ?? 0;
      const binding = await requireBinding(deps.store, context.principal.organizationId);
      const search = input.search?.toLowerCase();
      const matches = (repository: GitHubRepository) =>
        search === undefined || repository.fullName.toLowerCase().includes(search);

      const items: Repository[] = [];
      let next = offset;
      let total = Number.POSITIVE_INFINITY;
      const lastPage = Math.floor(offset / perPage) + maxPages;
      while (next < total && items.length < input.limit && next / perPage < lastPage) {
        const page = await readPage(deps, binding, Math.floor(next / perPage) + 1);
        total = page.total;
        const rest = page.items.slice(next % perPage);
        if (rest.length === 0) break;
        for (const repository of rest) {
          if (items.length === input.limit) break;
          next += 1;
          if (matches(repository)) items.push(toRepository(repository));
        }
      }
      return { items, nextCursor: next < total && next > offset ? cursors.write(next) : null };
    },
  };
}

async function readPage(deps: RepositoriesDeps, binding: BindingRow, page: number) {
  const { github, vault, wait } = deps;
  const { installationId } = binding;
  const source = tokensOf(vault, binding);
  const result = await withLiveToken(
    { source, wait },
    {
      call: (token) => github.listRepositories(token, { page, perPage, installationId }),
      isRefused: ({ kind }) => kind === "token_refused",
    },
  );
  if (result.kind === "page") return result;
  if (result.kind === "suspended") throw await observeRefusal(deps, binding, "suspended");
  throw new AppError("GITHUB_UNAVAILABLE");
}

const toRepository = (repository: GitHubRepository): Repository => ({
  ...repository,
  primaryLanguage: repository.language,
});
