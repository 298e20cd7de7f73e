import { AppError, type ErrorCode, errorsOf, type Issue } from "@layers/contracts";
import type { Store } from "@layers/storage";
import type { GitHubHolder, Partner, PortalUser } from "../callers/principal.ts";
import type { Clock } from "../clock.ts";
import type { Context } from "../context.ts";
import {
  type Forwarded,
  type ForwardRequest,
  type GitHub,
  UserTokenRefused,
} from "../github/github.ts";
import { observeRefusal } from "../installations/observe.ts";
import { requireBinding } from "../installations/require-binding.ts";
import type { FailureLimiter } from "../keys/failure-limiter.ts";
import type { GitHubLinks } from "../links/github-links.ts";
import type { TokenVault } from "../tokens/token-vault.ts";
import { type TokenSource, tokensOf, withLiveToken } from "../tokens/with-live-token.ts";

export interface RelayDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "forward">;
  readonly vault: Pick<TokenVault, "get" | "replace">;
  readonly links: Pick<GitHubLinks, "use">;
  readonly failures: FailureLimiter;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** What is sent on to GitHub, before it is known with whose token. */
export type RelayRequest = Omit<ForwardRequest, "token" | "limitedBy">;

/** GitHub's success. */
export type Answered = Extract<Forwarded, { kind: "answered" }>;

/** With what the caller has at GitHub: his own credential, his link, or his organization's installation. */
export function forwardFor(
  deps: RelayDeps,
  context: Context,
  request: RelayRequest,
): Promise<Forwarded> {
  const { principal } = context;
  switch (principal.kind) {
    case "github":
      return forwardForHolder(deps, { ...context, principal }, request);
    case "portal":
      return forwardForUser(deps, principal, request);
    case "partner":
      return forwardForPartner(deps, { ...context, principal }, request);
  }
}

/** With the token of the user's linked account. @throws `GITHUB_RECONNECT` when it has none that lives. */
const forwardForUser = (
  { github, links }: RelayDeps,
  { userId, holder }: PortalUser,
  request: RelayRequest,
): Promise<Forwarded> =>
  links.use(userId, async (token) => {
    const forwarded = await github.forward({ ...request, token, limitedBy: holder });
    if (forwarded.kind === "refused" && forwarded.status === 401) throw new UserTokenRefused();
    return forwarded;
  });

/** With the caller's own credential. @throws `UNAUTHENTICATED` when GitHub does not know it. */
export async function forwardForHolder(
  { github, failures }: RelayDeps,
  { principal, remoteAddress }: Context<GitHubHolder>,
  request: RelayRequest,
): Promise<Forwarded> {
  const { token, holder: limitedBy } = principal;
  const forwarded = await github.forward({ ...request, token, limitedBy });
  if (forwarded.kind === "answered") failures.trust(limitedBy);
  else if (forwarded.status === 401) {
    failures.count(remoteAddress);
    throw new AppError("UNAUTHENTICATED");
  }
  return forwarded;
}

/** With the token of the organization's installation. @throws the errors of a binding that is gone. */
export async function forwardForPartner(
  deps: RelayDeps,
  { principal }: Context<Partner>,
  request: RelayRequest,
): Promise<Forwarded> {
  const binding = await requireBinding(deps.store, principal.organizationId);
  const source = tokensOf(deps.vault, binding);
  const limitedBy = `installation ${binding.installationId}`;
  const forwarded = await forwardWithOurs(deps, source, { ...request, limitedBy });
  if (forwarded.kind === "refused" && forwarded.suspended)
    throw await observeRefusal(deps, binding, "suspended");
  return forwarded;
}

/** With a token of ours, replaced once when GitHub refuses it. */
export const forwardWithOurs = (
  { github, wait }: Pick<RelayDeps, "github" | "wait">,
  source: TokenSource,
  request: Omit<ForwardRequest, "token">,
): Promise<Forwarded> =>
  withLiveToken(
    { source, wait },
    {
      call: (token) => github.forward({ ...request, token }),
      isRefused: (forwarded) => forwarded.kind === "refused" && forwarded.status === 401,
    },
  );

const codes: Partial<Record<number, ErrorCode>> = {
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  410: "GONE",
  422: "VALIDATION",
};

/**
 * GitHub's success, or its refusal as the error that the operation promises for it. Any other refusal is
 * none that GitHub should give us.
 *
 * @param issue what is probably wrong when GitHub finds the request not valid
 */
export function requireAnswered(
  forwarded: Forwarded,
  { operation }: Pick<RelayRequest, "operation">,
  issue?: Issue,
): Answered {
  if (forwarded.kind === "answered") return forwarded;
  const code = codes[forwarded.status];
  if (code && errorsOf(operation).includes(code))
    throw new AppError(code, code === "VALIDATION" && issue ? { issues: [issue] } : {});
  const cause = new Error(`GitHub answered ${forwarded.status}.`);
  throw new AppError("GITHUB_UNAVAILABLE", { cause });
}
