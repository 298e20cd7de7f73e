import type { PlanStep } from "@layers/contracts";
import { type ObservedInstallation, without } from "./installation-state.ts";

/**
 * What is left of a step by what GitHub shows now: the step or a part of it, nothing (it was done, by us
 * before a crash or by somebody else), or it can no longer be done, because something else has changed.
 */
export type Remaining = PlanStep | "nothing" | "impossible";

export function remainingStep(
  step: PlanStep,
  observed: ObservedInstallation | undefined,
): Remaining {
  switch (step.action) {
    case "install":
      return observed ? "nothing" : step;
    case "uninstall":
      return observed ? step : "nothing";
    case "select":
      if (!observed) return "impossible";
      return observed.repositorySelection === step.repositorySelection ? "nothing" : step;
    case "add":
    case "remove":
      return observed?.repositorySelection === "selected"
        ? remainingNames(step, observed.repositories)
        : "impossible";
  }
}

function remainingNames(step: PlanStep, present: readonly string[]): Remaining {
  const names = step.repositories ?? [];
  const absent = without(names, present);
  const repositories = step.action === "add" ? absent : without(names, absent);
  if (repositories.length === 0) return "nothing";
  const isLast = step.action === "remove" && without(present, repositories).length === 0;
  return isLast ? "impossible" : { ...step, repositories };
}
