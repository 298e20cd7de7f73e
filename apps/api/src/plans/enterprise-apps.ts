import {
  type AccessibleRepository,
  enterpriseApi,
  type Operation,
  type OrganizationInstallation,
  type PlanStep,
} from "@layers/contracts";
import type { EnterpriseGrant } from "../enterprise/enterprise-grant.ts";
import type { Enterprises } from "../enterprise/enterprises.ts";
import type { ObservedInstallation, Place } from "./installation-state.ts";

/** The Apps on an enterprise's organizations, in the words of plans. Each throws as `Enterprises.forward`. */
export interface EnterpriseApps {
  /** Undefined where the App is not installed. `NOT_FOUND` for an organization of somebody else's. */
  observe(place: Place): Promise<ObservedInstallation | undefined>;
  /** @param observed the installation that the step is about; none for `install` */
  perform(place: Place, step: PlanStep, observed: ObservedInstallation | undefined): Promise<void>;
}

export function enterpriseApps(
  enterprises: Pick<Enterprises, "forward">,
  grant: EnterpriseGrant,
): EnterpriseApps {
  const send = (operation: Operation, input: Record<string, unknown>) =>
    enterprises.forward(grant, operation, input);

  /** All pages of a list. */
  async function* list<T>(operation: Operation, input: Record<string, unknown>): AsyncGenerator<T> {
    for (let page = 1, isMore = true; isMore; page++) {
      const { body, link } = await send(operation, { ...input, page, per_page: 100 });
      yield* asItems<T>(body);
      isMore = link?.includes('rel="next"') ?? false;
    }
  }

  async function find({ organization, clientId }: Place) {
    const all = list<OrganizationInstallation>(enterpriseApi.listInstallations, {
      org: organization,
    });
    for await (const installation of all)
      if (installation.client_id === clientId) return installation;
    return undefined;
  }

  return {
    async observe(place) {
      const found = await find(place);
      if (!found) return undefined;
      const { id: installationId } = found;
      if (found.repository_selection === "all")
        return { installationId, repositorySelection: "all", repositories: [] };
      const repositories: string[] = [];
      const reached = list<AccessibleRepository>(enterpriseApi.listRepositories, {
        org: place.organization,
        installation_id: installationId,
      });
      for await (const { name } of reached) repositories.push(name);
      return { installationId, repositorySelection: "selected", repositories };
    },

    async perform({ organization, clientId }, step, observed) {
      const { action, repositorySelection, repositories } = step;
      const target = observed
        ? { installation_id: observed.installationId }
        : { client_id: clientId };
      await send(operations[action], {
        org: organization,
        ...target,
        ...(repositorySelection && { repository_selection: repositorySelection }),
        ...(repositories && { repositories }),
      });
    },
  };
}

const operations = {
  install: enterpriseApi.install,
  select: enterpriseApi.setRepositorySelection,
  add: enterpriseApi.addRepositories,
  remove: enterpriseApi.removeRepositories,
  uninstall: enterpriseApi.uninstall,
} as const satisfies Record<PlanStep["action"], Operation>;

/** Safe: the operation's own schema, a list of these, has read it. */
const asItems = <T>(body: unknown): T[] => body as T[];
