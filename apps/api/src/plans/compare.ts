import { AppError, type PlanStep, type WantedState } from "@layers/contracts";
import type { EnterpriseGrant } from "../enterprise/enterprise-grant.ts";
import type { EnterpriseApps } from "./enterprise-apps.ts";
import type { Place, Wanted } from "./installation-state.ts";
import type { Target } from "./plan-rows.ts";
import { isBeyondPlanning, planSteps } from "./plan-steps.ts";
import { reasonOf } from "./refusals.ts";

/** What is wanted of one App on one organization: undefined where it shall not be. */
export interface Wish extends Place {
  readonly wanted: Wanted | undefined;
}

export const toWishes = ({ installations, absent }: WantedState): Wish[] => [
  ...installations.map(({ organization, clientId, ...wanted }) => ({
    organization,
    clientId,
    wanted,
  })),
  ...absent.map((place) => ({ ...place, wanted: undefined })),
];

/** @throws `FORBIDDEN` for an App that the grant does not cover. */
export function requireCovered({ clientIds }: EnterpriseGrant, wishes: readonly Wish[]): void {
  if (wishes.every(({ clientId }) => clientIds.includes(clientId))) return;
  const message = "Names an App that your organization's grant does not cover.";
  throw new AppError("FORBIDDEN", { issues: [{ path: "clientId", message }] });
}

/** A place compared with its wish. */
export type Comparison = Omit<Target, "planId" | "position">;

/** How many organizations are looked at at once: a caller waits, and GitHub does not like crowds. */
const width = 4;

/** Compares each wish with what GitHub shows. Changes nothing. */
export async function compare(
  apps: Pick<EnterpriseApps, "observe">,
  wishes: readonly Wish[],
): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  const left = [...wishes.entries()];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift())
      compared[next[0]] = await compareOne(apps, next[1]);
  };
  // When one fails the others need not go on.
  await Promise.all(Array.from({ length: width }, work)).finally(() => left.splice(0));
  return compared;
}

const alreadyReaches =
  "The App reaches repositories there, and GitHub can take them all from it only by uninstalling it.";

async function compareOne(apps: Pick<EnterpriseApps, "observe">, wish: Wish): Promise<Comparison> {
  try {
    const observed = await apps.observe(wish);
    if (isBeyondPlanning(wish.wanted, observed)) return failed(wish, alreadyReaches);
    const steps = planSteps(wish.wanted, observed).map(toPending);
    return { ...wish, steps, status: steps.length > 0 ? "pending" : "done", reason: undefined };
  } catch (error) {
    const isOneOrganization = error instanceof AppError && error.code === "NOT_FOUND";
    const reason = isOneOrganization && reasonOf(error);
    if (!reason) throw error;
    return failed(wish, reason);
  }
}

const failed = (wish: Wish, reason: string): Comparison => ({
  ...wish,
  steps: [],
  status: "failed",
  reason,
});

const toPending = (step: PlanStep) => ({ ...step, status: "pending" as const });
