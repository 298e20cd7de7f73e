import { mostRepositoriesPerCall, type PlanStep } from "@layers/contracts";
import { type ObservedInstallation, type Wanted, without } from "./installation-state.ts";

/**
 * What leads from what GitHub shows to what is wanted of one App on one organization; `wanted` is
 * undefined where it is not wanted at all. What is given comes before what is taken, so that an
 * installation never loses its last repository, nor a repository that it keeps.
 */
export function planSteps(
  wanted: Wanted | undefined,
  observed: ObservedInstallation | undefined,
): PlanStep[] {
  if (!wanted) return observed ? [{ action: "uninstall" }] : [];
  const { repositorySelection } = wanted;
  const names = without(wanted.repositories ?? [], []);
  if (!observed) return begin("install", repositorySelection, names);
  if (repositorySelection === "none") return [];
  if (repositorySelection === "all")
    return observed.repositorySelection === "all" ? [] : begin("select", "all", []);
  if (observed.repositorySelection === "all") return begin("select", "selected", names);
  return [
    ...inCalls("add", without(names, observed.repositories)),
    ...inCalls("remove", without(observed.repositories, names)),
  ];
}

/** Whether an App that shall reach no repository does: GitHub has no way from there but to uninstall it. */
export const isBeyondPlanning = (
  wanted: Wanted | undefined,
  observed: ObservedInstallation | undefined,
): boolean =>
  wanted?.repositorySelection === "none" &&
  observed !== undefined &&
  (observed.repositorySelection === "all" || observed.repositories.length > 0);

function begin(
  action: "install" | "select",
  repositorySelection: Wanted["repositorySelection"],
  names: string[],
): PlanStep[] {
  if (repositorySelection !== "selected") return [{ action, repositorySelection }];
  const repositories = names.slice(0, mostRepositoriesPerCall);
  const rest = names.slice(mostRepositoriesPerCall);
  return [{ action, repositorySelection, repositories }, ...inCalls("add", rest)];
}

function inCalls(action: "add" | "remove", names: readonly string[]): PlanStep[] {
  const calls = Math.ceil(names.length / mostRepositoriesPerCall);
  return Array.from({ length: calls }, (_, call) => {
    const start = call * mostRepositoriesPerCall;
    return { action, repositories: names.slice(start, start + mostRepositoriesPerCall) };
  });
}
