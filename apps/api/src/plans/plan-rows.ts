import { PlannedStep, type PlanTarget, WantedInstallation } from "@layers/contracts";
import type { EnterprisePlanTargetRow } from "@layers/storage";
import { z } from "zod";
import type { Wanted } from "./installation-state.ts";

/** A target with its columns read. */
export interface Target
  extends Pick<EnterprisePlanTargetRow, "planId" | "position" | "organization" | "clientId"> {
  /** Undefined where the App is not wanted. */
  readonly wanted: Wanted | undefined;
  readonly steps: readonly PlannedStep[];
  readonly status: PlanTarget["status"];
  readonly reason: string | undefined;
}

const Steps = z.array(PlannedStep);
const WantedColumn = z.object({
  repositorySelection: WantedInstallation.shape.repositorySelection,
  repositories: WantedInstallation.shape.repositories,
});

export const readTarget = (row: EnterprisePlanTargetRow): Target => ({
  ...row,
  wanted: row.wanted === null ? undefined : WantedColumn.parse(JSON.parse(row.wanted)),
  steps: Steps.parse(JSON.parse(row.steps)),
  reason: row.reason ?? undefined,
});

export const writeTarget = (target: Target): EnterprisePlanTargetRow => ({
  ...target,
  wanted: target.wanted ? JSON.stringify(target.wanted) : null,
  steps: JSON.stringify(target.steps),
  reason: target.reason ?? null,
});
