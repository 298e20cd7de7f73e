import type { EnterprisePlan } from "@layers/contracts";
import type { EnterpriseGrantRow, EnterprisePlanRow, JobRow } from "@layers/storage";
import { toTime } from "../clock.ts";
import type { Target } from "./plan-rows.ts";

export interface PlanParts {
  readonly plan: EnterprisePlanRow;
  readonly grant: Pick<EnterpriseGrantRow, "slug">;
  readonly targets: readonly Target[];
  /** The job that applies it, if there is one. */
  readonly job?: Pick<JobRow, "status"> | undefined;
}

/** A plan as its owner sees it. */
export function toPlanView({ plan, grant, targets, job }: PlanParts, now: number): EnterprisePlan {
  const steps = targets.flatMap((target) => target.steps);
  return {
    id: plan.id,
    enterprise: grant.slug,
    status: statusOf(plan, { job, now }),
    organizations: targets.map(({ organization, clientId, status, reason, ...target }) => ({
      organization,
      clientId,
      status,
      ...(reason !== undefined && { reason }),
      steps: [...target.steps],
    })),
    stepsDone: steps.filter(isOver).length,
    stepsTotal: steps.length,
    ...(plan.jobId !== null && { jobId: plan.jobId }),
    createdAt: toTime(plan.createdAt),
    expiresAt: toTime(plan.expiresAt),
  };
}

const isOver = ({ status }: Target["steps"][number]): boolean =>
  status === "done" || status === "unneeded";

/** How many steps nothing is left of, whatever came of them, for the job's progress. */
export const countEnded = (targets: readonly Target[]): number =>
  targets
    .flatMap((target) => target.steps.map(({ status }) => [target.status, status]))
    .filter(([target, step]) => target !== "pending" || step !== "pending").length;

interface Moment {
  readonly job: PlanParts["job"];
  readonly now: number;
}

function statusOf(
  { status, expiresAt }: EnterprisePlanRow,
  { job, now }: Moment,
): EnterprisePlan["status"] {
  if (status === "planned" && expiresAt <= now) return "expired";
  // A job that was given up leaves its plan as it is: the operator may let it go on.
  if (status === "applying" && job?.status === "dead") return "failed";
  return status;
}
