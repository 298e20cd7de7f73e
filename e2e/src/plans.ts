import { EnterprisePlan, Job } from "@layers/contracts";
import { expect } from "vitest";
import type { Connector, ConnectorChanges, Partner } from "./connector.ts";
import { startConnector } from "./connector.ts";
import { brewBuilds, grant, orgChart } from "./enterprise.ts";
import type { Answer } from "./http.ts";
import { callOver, type Transport } from "./transports.ts";

/** The enterprise that plans are made for. Its organizations are `big-corp-1`, `big-corp-2`, … */
export const enterprise = "big-corp";

/** A connector, and a partner who may plan. */
export interface Planned {
  readonly connector: Connector;
  readonly partner: Partner;
  readonly grantId: string;
}

export interface PlannedChanges extends ConnectorChanges {
  readonly organizations?: number;
}

export async function startPlanned({
  organizations = 3,
  ...changes
}: PlannedChanges = {}): Promise<Planned> {
  const connector = await startConnector({ edition: "ghec", ...changes });
  connector.sandbox.world.createEnterprise({
    slug: enterprise,
    organizations,
    repositoriesEach: 4,
  });
  return { connector, ...(await addPlanner(connector)) };
}

/** Adds an organization that may plan. */
export async function addPlanner(connector: Connector) {
  const partner = await connector.addPartner({ scopes: ["enterprise:write", "jobs:read"] });
  const clientIds = [brewBuilds, orgChart];
  return { partner, grantId: await grant(connector, partner, { slug: enterprise, clientIds }) };
}

export const organization = (number: number): string => `${enterprise}-${number}`;

/** Where an App is wanted with some repositories. */
export const selected = (number: number, ...repositories: string[]) => ({
  organization: organization(number),
  clientId: brewBuilds,
  repositorySelection: "selected",
  repositories,
});

/** Where an App is wanted with all repositories, or none. */
export const wanted = (number: number, repositorySelection: string, clientId = brewBuilds) => ({
  organization: organization(number),
  clientId,
  repositorySelection,
});

export const absent = (number: number, clientId = brewBuilds) => ({
  organization: organization(number),
  clientId,
});

/** Calls as the planner. */
export interface Planner {
  call(name: string, input: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Makes a plan, which must succeed. */
  plan(input: Readonly<Record<string, unknown>>): Promise<EnterprisePlan>;
  read(id: string): Promise<EnterprisePlan>;
  /** Begins to apply a plan, which must succeed. */
  apply(id: string): Promise<Job>;
  readJob(id: string): Promise<Job>;
  /** Applies a plan and waits for its end. */
  applied(id: string): Promise<EnterprisePlan>;
}

export interface Caller {
  readonly connector: Pick<Connector, "url" | "remoteUrl">;
  readonly partner: Pick<Partner, "key">;
}

export function createPlanner(
  { connector, partner: { key } }: Caller,
  transport: Transport = "REST",
): Planner {
  const call: Planner["call"] = (name, input) =>
    callOver(transport, connector, { name, key, input });
  const succeed = async (
    name: string,
    input: Readonly<Record<string, unknown>>,
    status: number,
  ) => {
    const answer = await call(name, input);
    expect(answer.status, answer.text).toBe(status);
    return answer.body;
  };
  const planner: Planner = {
    call,
    plan: async (input) =>
      EnterprisePlan.parse(await succeed("enterprise.plan", { enterprise, ...input }, 201)),
    read: async (id) =>
      EnterprisePlan.parse(await succeed("enterprise.getPlan", { enterprise, id }, 200)),
    apply: async (id) => Job.parse(await succeed("enterprise.apply", { enterprise, id }, 202)),
    readJob: async (id) => Job.parse(await succeed("jobs.get", { id }, 200)),
    async applied(id) {
      await planner.apply(id);
      const isAtWork = async () => (await planner.read(id)).status === "applying";
      await expect.poll(isAtWork, { timeout: 60_000, interval: 20 }).toBe(false);
      return planner.read(id);
    },
  };
  return planner;
}

/** What happened to installations, in short, such as `install big-corp-1 +repository-1`. */
export const changesAt = ({ sandbox }: Pick<Connector, "sandbox">): string[] =>
  sandbox
    .changes()
    .filter(({ account }) => account.startsWith(`${enterprise}-`))
    .map(({ kind, account, added, removed }) =>
      [
        kind,
        account,
        ...added.map((name) => `+${name}`),
        ...removed.map((name) => `-${name}`),
      ].join(" "),
    );
