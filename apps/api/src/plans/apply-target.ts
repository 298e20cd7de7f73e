import type { PlannedStep } from "@layers/contracts";
import { replicaLagMilliseconds } from "../tokens/with-live-token.ts";
import type { EnterpriseApps } from "./enterprise-apps.ts";
import type { ObservedInstallation } from "./installation-state.ts";
import type { Target } from "./plan-rows.ts";
import type { PlanRun } from "./plan-run.ts";
import { isBeyondPlanning, planSteps } from "./plan-steps.ts";
import { PlaceRefused, reasonOf } from "./refusals.ts";
import { remainingStep } from "./remaining-step.ts";

const changedMeanwhile = "Something else has changed since the plan was made. Make a new plan.";

/** Does the steps of one target that are left, and writes after each what came of it. */
export async function applyTarget(run: PlanRun, start: Target): Promise<void> {
  let target = start;
  let apps: EnterpriseApps | undefined;
  try {
    for (const [index, step] of start.steps.entries()) {
      if (step.status !== "pending") continue;
      await run.pause();
      apps = await run.open();
      target = withStep(target, index, await doStep({ run, apps, target }, step));
      await run.save(target);
    }
    await requireAsWanted({ run, apps: apps ?? (await run.open()), target });
    await run.save({ ...target, status: "done" });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    const next = target.steps.findIndex(({ status }) => status === "pending");
    await run.save({ ...withStep(target, next, "failed"), status: "failed", reason });
  }
}

const withStep = (target: Target, index: number, status: PlannedStep["status"]): Target => ({
  ...target,
  steps: target.steps.map((step, at) => (at === index ? { ...step, status } : step)),
});

/** Looks whether a step is still needed, for it may have been done before a crash, or by somebody else. */
async function doStep(
  at: Looking,
  { status: _status, ...step }: PlannedStep,
): Promise<"done" | "unneeded"> {
  const { run, apps, target } = at;
  const observed = await look(at, (seen) => remainingStep(step, seen) !== "impossible");
  const left = remainingStep(step, observed);
  if (left === "nothing") return "unneeded";
  if (left === "impossible") throw new PlaceRefused(changedMeanwhile);
  await run.announce(target, left);
  await apps.perform(target, left, observed).finally(() => run.noteMutation());
  return "done";
}

/** All steps can be over and the place not be as wanted, where others have changed it too. */
async function requireAsWanted(at: Looking): Promise<void> {
  const { wanted } = at.target;
  const isAsWanted = (seen: ObservedInstallation | undefined) =>
    planSteps(wanted, seen).length === 0 && !isBeyondPlanning(wanted, seen);
  if (!isAsWanted(await look(at, isAsWanted))) throw new PlaceRefused(changedMeanwhile);
}

interface Looking {
  readonly run: PlanRun;
  readonly apps: EnterpriseApps;
  readonly target: Target;
}

/** What GitHub shows. It may not show yet what was just done, and is given time for it. */
async function look(
  { run, apps, target }: Looking,
  isPlausible: (seen: ObservedInstallation | undefined) => boolean,
): Promise<ObservedInstallation | undefined> {
  let seen = await apps.observe(target);
  for (const milliseconds of replicaLagMilliseconds) {
    if (isPlausible(seen)) return seen;
    await run.wait(milliseconds);
    seen = await apps.observe(target);
  }
  return seen;
}
