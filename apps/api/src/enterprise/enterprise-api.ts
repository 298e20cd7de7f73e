import {
  enterpriseApi,
  type HandlerResult,
  type Kind,
  type Operation,
  type Responses,
} from "@layers/contracts";
import type { z } from "zod";
import { actorOf, auditLine } from "../audit.ts";
import type { GitHubHolder, Partner } from "../callers/principal.ts";
import type { Context, Handlers } from "../context.ts";
import { forwardForHolder, type RelayDeps, requireAnswered } from "../github-api/relay.ts";
import { toResult } from "../github-api/to-result.ts";
import { type Enterprises, issueOf } from "./enterprises.ts";

export interface EnterpriseApiDeps extends RelayDeps {
  readonly enterprises: Enterprises;
}

/**
 * GitHub's own routes for the Apps on an enterprise's organizations. What a partner changes leaves a line
 * in the audit log; what holders of GitHub's credentials change is in GitHub's own.
 */
export function createEnterpriseApi(deps: EnterpriseApiDeps): Handlers<typeof enterpriseApi> {
  const relay = createRelay(deps);
  return {
    listInstallableOrganizations: relay(enterpriseApi.listInstallableOrganizations),
    listAccessibleRepositories: relay(enterpriseApi.listAccessibleRepositories),
    listInstallations: relay(enterpriseApi.listInstallations),
    install: relay(enterpriseApi.install, "enterprise.install"),
    uninstall: relay(enterpriseApi.uninstall, "enterprise.uninstall"),
    listRepositories: relay(enterpriseApi.listRepositories),
    setRepositorySelection: relay(
      enterpriseApi.setRepositorySelection,
      "enterprise.setRepositorySelection",
    ),
    addRepositories: relay(enterpriseApi.addRepositories, "enterprise.addRepositories"),
    removeRepositories: relay(enterpriseApi.removeRepositories, "enterprise.removeRepositories"),
  };
}

interface Called<I extends z.ZodObject> {
  readonly context: Context<Partner | GitHubHolder>;
  readonly input: z.output<I>;
}

function createRelay(deps: EnterpriseApiDeps) {
  const { enterprises, store, clock } = deps;
  return <I extends z.ZodObject, R extends Responses>(
    operation: Operation<Kind, I, R>,
    action?: string,
  ) =>
    async ({ context, input }: Called<I>): Promise<HandlerResult<R>> => {
      const { principal } = context;
      if (principal.kind === "github") {
        const request = { operation, input };
        const forwarded = await forwardForHolder(deps, { ...context, principal }, request);
        return toResult(operation, requireAnswered(forwarded, request, issueOf(operation)));
      }
      const { enterprise, ...details } = namesIn(input);
      const grant = await enterprises.requireGrant(principal.organizationId, enterprise);
      const answered = await enterprises.forward(grant, operation, input);
      if (action) {
        const event = { action, target: grant.slug, details };
        await store.audit.append(auditLine(clock, actorOf({ ...context, principal }), event));
      }
      return toResult(operation, answered);
    };
}

/** Safe: every operation of `contract.enterprise` names one, and takes nothing that is secret. */
const namesIn = (input: object) => input as { readonly enterprise: string };
