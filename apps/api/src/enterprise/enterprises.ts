import {
  AppError,
  type ErrorCode,
  enterpriseApi,
  type Issue,
  type Operation,
} from "@layers/contracts";
import type { GitHubEnterprise } from "../github/github.ts";
import {
  type Answered,
  forwardWithOurs,
  type RelayDeps,
  type RelayRequest,
  requireAnswered,
} from "../github-api/relay.ts";
import type { TokenSource } from "../tokens/with-live-token.ts";
import { type EnterpriseGrant, type GrantDeps, requireGrant } from "./enterprise-grant.ts";
import { createEnterpriseLocator, type LocatorDeps } from "./enterprise-locator.ts";
import { createEnterpriseTokens, type EnterpriseTokensDeps } from "./enterprise-tokens.ts";
import { requireCovered } from "./require-covered.ts";

export type EnterprisesDeps = GrantDeps &
  LocatorDeps &
  EnterpriseTokensDeps &
  Pick<RelayDeps, "github" | "wait">;

/** The one way in which an organization reaches the enterprises that it was granted. */
export interface Enterprises {
  /**
   * The organization's grant as it stands now; ask anew for each call, and before each step of a longer
   * work.
   *
   * @param enterprise its slug or its number
   * @throws `NOT_FOUND` for what is not granted, whether there is such an enterprise or not.
   */
  requireGrant(organizationId: string, enterprise: string): Promise<EnterpriseGrant>;
  /**
   * Sends an operation of `contract.enterprise` on to GitHub with a token of the App's installation on
   * the enterprise. What changes an App is sent only if the grant covers that App.
   *
   * @param input as the operation's schema gave it; whatever `enterprise` it names, the grant's is asked
   * @returns GitHub's success, whose `body` the operation's own schema for that status has read
   * @throws `FORBIDDEN` for an App that the grant does not cover, `NOT_FOUND`, `VALIDATION`,
   * `INSTALLATION_SUSPENDED` and `INSTALLATION_UNINSTALLED` (the App's, on the
   * enterprise), `GITHUB_UNAVAILABLE`, `GitHubLimited`.
   */
  forward(
    grant: EnterpriseGrant,
    operation: Operation,
    input: Readonly<Record<string, unknown>>,
  ): Promise<Answered>;
}

export function createEnterprises(deps: EnterprisesDeps): Enterprises {
  const locator = createEnterpriseLocator(deps);
  const tokens = createEnterpriseTokens(deps);

  return {
    requireGrant: (organizationId, enterprise) => requireGrant(deps, organizationId, enterprise),

    async forward(grant, operation, input) {
      const access = operation.kind === "query" ? "read" : "write";
      try {
        const located = await locator.locate(grant);
        const send = sendBy(deps, located, tokens.of(located, access));
        const request = { operation, input: { ...input, enterprise: located.slug } };
        if (access === "write") await requireCovered(grant, { ...request, read: send });
        return await send(request);
      } catch (error) {
        if (error instanceof AppError && ended.has(error.code)) locator.forget(grant);
        throw error;
      }
    },
  };
}

const ended = new Set<ErrorCode>(["INSTALLATION_SUSPENDED", "INSTALLATION_UNINSTALLED"]);

const sendBy =
  (deps: EnterprisesDeps, { installationId }: GitHubEnterprise, source: TokenSource) =>
  async (request: RelayRequest): Promise<Answered> => {
    const limitedBy = `installation ${installationId}`;
    const forwarded = await forwardWithOurs(deps, source, { ...request, limitedBy });
    if (forwarded.kind === "refused" && forwarded.suspended)
      throw new AppError("INSTALLATION_SUSPENDED");
    return requireAnswered(forwarded, request, issueOf(request.operation));
  };

const noSuchRepository: Issue = {
  path: "repositories",
  message: "Names one that the organization does not have, or the App uses no repositories.",
};

const issues = new Map<Operation, Issue>([
  [
    enterpriseApi.install,
    {
      path: "client_id",
      message: "Is no App's, or repository_selection and repositories are not right for that App.",
    },
  ],
  [enterpriseApi.setRepositorySelection, noSuchRepository],
  [enterpriseApi.addRepositories, noSuchRepository],
  [
    enterpriseApi.removeRepositories,
    {
      path: "repositories",
      message:
        "Would leave the App none, names one that the organization does not have, or the App has all.",
    },
  ],
]);

/** What is probably wrong when GitHub finds the request not valid. */
export const issueOf = (operation: Operation): Issue | undefined => issues.get(operation);
