import { AppError } from "@layers/contracts";
import { z } from "zod";
import { seconds } from "../clock.ts";
import { GivenUp, handleJob, type JobHandler, Postponed } from "../jobs/job-handler.ts";
import type { JobKind } from "../jobs/job-kind.ts";
import { applyTarget } from "./apply-target.ts";
import { createPlanRun, type PlanRunDeps } from "./plan-run.ts";
import { stopReasonOf } from "./refusals.ts";

const Payload = z.strictObject({ planId: z.string() });

/** Seconds before the further tries of a step that GitHub does not answer. */
const retryDelays = [5, 30, 60, 300, 600, 1800, 3600];

export const applyPlanKind: JobKind<z.infer<typeof Payload>> = {
  name: "enterprise.apply-plan",
  payload: Payload,
  keep: true,
  retryDelays,
};

/** Does what is left of a plan, one organization after the other. */
export const applyPlan = (deps: PlanRunDeps): JobHandler =>
  handleJob(applyPlanKind, async (job) => {
    const plan = await deps.store.enterprisePlans.find(job.payload.planId);
    if (!plan) throw new GivenUp("The plan is gone.");
    if (plan.status !== "applying") return;
    const run = await createPlanRun(deps, { job, plan });
    try {
      for (const target of run.pending()) await applyTarget(run, target);
    } catch (error) {
      const reason = stopReasonOf(error);
      if (reason === undefined) throw laterIfLimited(error, deps.clock());
      for (const target of run.pending()) await run.save({ ...target, status: "failed", reason });
    }
    await job.transaction((tx) => tx.enterprisePlans.finish(plan.id, deps.clock()));
  });

/** GitHub asks us to be silent for a while: that is no failure of the plan's. */
function laterIfLimited(error: unknown, now: number): unknown {
  const isLimit =
    error instanceof AppError && (error.code === "RATE_LIMITED" || error.code === "UNAVAILABLE");
  return isLimit ? new Postponed(now + seconds(error.retryAfter ?? 0)) : error;
}
