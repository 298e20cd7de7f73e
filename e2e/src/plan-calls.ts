import type { enterprisePlans } from "@layers/contracts";
import type { Connector, Partner } from "./connector.ts";
import { orgChart } from "./enterprise.ts";
import { callOver } from "./transports.ts";

export type PlanOperation = `enterprise.${keyof typeof enterprisePlans}` | "jobs.get";
type Input = Readonly<Record<string, unknown>>;
type Prepare = (
  connector: Connector,
  organization: Pick<Partner, "organizationId">,
) => Promise<Input>;

const enterprise = "acme-corp";
const wish: Input = {
  enterprise,
  installations: [{ organization: "acme-tea", clientId: orgChart, repositorySelection: "none" }],
};

async function call(
  connector: Connector,
  { organizationId }: Pick<Partner, "organizationId">,
  { name, input }: { readonly name: PlanOperation; readonly input: Input },
): Promise<string> {
  const { key } = await connector.addPartner({ organizationId, scopes: ["enterprise:write"] });
  const { status, body, text } = await callOver("REST", connector, { name, key, input });
  if (status >= 300) throw new Error(`${name} answered ${text}`);
  return (body as { id: string }).id;
}

const plan: Prepare = async (connector, organization) => ({
  enterprise,
  id: await call(connector, organization, { name: "enterprise.plan", input: wish }),
});

/** What each operation takes, of an organization that was granted `acme-corp`. */
export const planInputs: Readonly<Record<PlanOperation, Prepare>> = {
  "enterprise.plan": async () => wish,
  "enterprise.apply": plan,
  "enterprise.getPlan": plan,
  "jobs.get": async (connector, organization) => {
    const input = await plan(connector, organization);
    return { id: await call(connector, organization, { name: "enterprise.apply", input }) };
  },
};

const statuses = {
  "enterprise.plan": 201,
  "enterprise.getPlan": 200,
  "enterprise.apply": 202,
  "jobs.get": 200,
} as const;

/** Every operation, each of which succeeds. */
export const succeedingPlanCalls = (
  connector: Connector,
  organization: Pick<Partner, "organizationId">,
): Promise<[PlanOperation, status: number, Input][]> =>
  Promise.all(
    Object.entries(planInputs).map(async ([name, prepare]) => {
      // Safe: these are the names of `planInputs`.
      const operation = name as PlanOperation;
      return [operation, statuses[operation], await prepare(connector, organization)];
    }),
  );
