import {
  enterpriseApi,
  type HandlerResult,
  type Kind,
  type Operation,
  type Responses,
} from "@layers/contracts";
import type { z } from "zod";
import type { GitHubHolder, Partner } from "../callers/principal.ts";
import type { Context, Handlers } from "../context.ts";
import { forwardForHolder, type RelayDeps, requireAnswered } from "../github-api/relay.ts";
import { toResult } from "../github-api/to-result.ts";
import { type Enterprises, issueOf } from "./enterprises.ts";

export interface EnterpriseApiDeps extends RelayDeps {
  readonly enterprises: Enterprises;
}

/** GitHub's own routes for the Apps on an enterprise's organizations. */
export function createEnterpriseApi(deps: EnterpriseApiDeps): Handlers<typeof enterpriseApi> {
  const relay = createRelay(deps);
  return {
    listInstallableOrganizations: relay(enterpriseApi.listInstallableOrganizations),
    listAccessibleRepositories: relay(enterpriseApi.listAccessibleRepositories),
    listInstallations: relay(enterpriseApi.listInstallations),
    install: relay(enterpriseApi.install),
    uninstall: relay(enterpriseApi.uninstall),
    listRepositories: relay(enterpriseApi.listRepositories),
    setRepositorySelection: relay(enterpriseApi.setRepositorySelection),
    addRepositories: relay(enterpriseApi.addRepositories),
    removeRepositories: relay(enterpriseApi.removeRepositories),
  };
}

interface Called<I extends z.ZodObject> {
  readonly context: Context<Partner | GitHubHolder>;
  readonly input: z.output<I>;
}

function createRelay(deps: EnterpriseApiDeps) {
  const { enterprises } = deps;
  return <I extends z.ZodObject, R extends Responses>(operation: Operation<Kind, I, R>) =>
    async ({ context, input }: Called<I>): Promise<HandlerResult<R>> => {
      const { principal } = context;
      if (principal.kind === "github") {
        const request = { operation, input };
        const forwarded = await forwardForHolder(deps, { ...context, principal }, request);
        return toResult(operation, requireAnswered(forwarded, request, issueOf(operation)));
      }
      const { organizationId } = principal;
      const grant = await enterprises.requireGrant(organizationId, enterpriseOf(input));
      return toResult(operation, await enterprises.forward(grant, operation, input));
    };
}

/** Safe: every operation of `contract.enterprise` names one. */
const enterpriseOf = (input: object) => (input as { readonly enterprise: string }).enterprise;
