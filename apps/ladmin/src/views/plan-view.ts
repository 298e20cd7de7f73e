import type { EnterprisePlan, PlannedStep, PlanTarget } from "@layers/contracts";
import { type Columns, toTable } from "../terminal/table.ts";

/** A plan for people: what is to be done where, and what came of it. */
export const showPlan = ({ organizations }: EnterprisePlan): string =>
  toTable(organizations, columns);

const columns: Columns<PlanTarget> = {
  ORGANIZATION: ({ organization }) => organization,
  APP: ({ clientId }) => clientId,
  STATUS: ({ status }) => status,
  STEPS: ({ steps }) => steps.map(showStep).join(", ") || "-",
  REASON: ({ reason }) => reason ?? "-",
};

const fewNames = 3;

function showStep({ action, repositorySelection, repositories = [], status }: PlannedStep): string {
  const names = repositories.slice(0, fewNames).join(" ");
  const more = repositories.length > fewNames ? ` … (${repositories.length})` : "";
  const what = [action, repositorySelection, names + more].filter(Boolean).join(" ");
  return status === "pending" ? what : `${what}: ${status}`;
}
