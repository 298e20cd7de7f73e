import { type PlanOperation, planInputs } from "../plan-calls.ts";
import type { IdTargets, World } from "./id-targets.ts";

/** Plans and their jobs: of the one who manages an enterprise, to who manages none. */
function ofPlan(name: PlanOperation) {
  return async ({ connector, manager, ungranted }: World): Promise<IdTargets> => {
    const keyOf = async ({ organizationId }: typeof manager) => {
      const scopes = ["enterprise:write", "jobs:read"] as const;
      return (await connector.addPartner({ organizationId, scopes })).key;
    };
    const own = () => planInputs[name](connector, manager);
    const foreign = await own();
    const missing = "id" in foreign ? { id: nobodysId(foreign["id"]) } : { enterprise: "nobodys" };
    return {
      own: { key: await keyOf(manager), input: own },
      others: {
        key: await keyOf(ungranted),
        foreign: [foreign],
        missing: [{ ...foreign, ...missing }],
      },
    };
  };
}

const nobodysId = (id: unknown): string => String(id).replace(/.{26}$/, "0".repeat(26));

export const planTargets = {
  "enterprise.plan": ofPlan("enterprise.plan"),
  "enterprise.apply": ofPlan("enterprise.apply"),
  "enterprise.getPlan": ofPlan("enterprise.getPlan"),
  "jobs.get": ofPlan("jobs.get"),
} as const satisfies Record<PlanOperation, unknown>;
