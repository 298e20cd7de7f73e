import type { PlanStep } from "@layers/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObservedInstallation, Wanted } from "./installation-state.ts";
import { isBeyondPlanning, planSteps } from "./plan-steps.ts";
import { remainingStep } from "./remaining-step.ts";

const [few, most] = [50, 130];

const names = fc.uniqueArray(
  fc.integer({ min: 1, max: most }).map((number) => `repository-${number}`),
  { minLength: 1, maxLength: most },
);
const wanted: fc.Arbitrary<Wanted | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant({ repositorySelection: "all" as const }),
  names.map((repositories) => ({
    repositorySelection: "selected" as const,
    repositories,
  })),
);
const installed = { installationId: 7 };
const observed: fc.Arbitrary<ObservedInstallation | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant({ ...installed, repositorySelection: "all" as const, repositories: [] }),
  names.map((repositories) => ({
    ...installed,
    repositorySelection: "selected" as const,
    repositories,
  })),
);

type State = ObservedInstallation | undefined;

/** GitHub's rules. Refuses what GitHub would, and what would change nothing. */
function perform(step: PlanStep, state: State): State {
  const { action, repositorySelection, repositories = [] } = step;
  if (repositories.length > few) throw new Error("Too many at once.");
  if (action === "install") {
    if (state) throw new Error("Installed twice.");
    return { ...installed, ...read(repositorySelection), repositories };
  }
  if (!state) throw new Error("Nothing is installed.");
  if (action === "uninstall") return undefined;
  if (action === "select") {
    if (state.repositorySelection === repositorySelection) throw new Error("Selected twice.");
    return { ...state, ...read(repositorySelection), repositories };
  }
  if (state.repositorySelection === "all") throw new Error("All are selected.");
  const present = repositories.filter((name) => state.repositories.includes(name));
  if (present.length !== (action === "add" ? 0 : repositories.length))
    throw new Error("Done twice.");
  if (action === "add") return { ...state, repositories: [...state.repositories, ...repositories] };
  const left = state.repositories.filter((name) => !repositories.includes(name));
  if (left.length === 0) throw new Error("The last repository.");
  return { ...state, repositories: left };
}

const read = (selection: PlanStep["repositorySelection"]) => ({
  repositorySelection: selection === "all" ? ("all" as const) : ("selected" as const),
});

const run = (steps: readonly PlanStep[], state: State): State =>
  steps.reduce<State>((before, step) => perform(step, before), state);

const shape = (state: State | Wanted) =>
  state && {
    selection: state.repositorySelection,
    repositories: [...(state.repositories ?? [])].toSorted((a, b) => a.localeCompare(b)),
  };

describe("the steps of a plan", () => {
  test("lead from any state to any other, by GitHub's rules, and none is superfluous", () => {
    fc.assert(
      fc.property(wanted, observed, (goal, start) => {
        const end = run(planSteps(goal, start), start);
        expect(shape(end)).toEqual(shape(goal));
        expect(planSteps(goal, end)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("never take what is kept, and give before they take", () => {
    fc.assert(
      fc.property(names, names, (before, after) => {
        const start = {
          ...installed,
          repositorySelection: "selected",
          repositories: before,
        } as const;
        const goal: Wanted = { repositorySelection: "selected", repositories: after };
        let state: State = start;
        const kept = before.filter((name) => after.includes(name));
        for (const step of planSteps(goal, start)) {
          state = perform(step, state);
          expect(state?.repositories).toEqual(expect.arrayContaining(kept));
        }
        const actions = planSteps(goal, start).map(({ action }) => action);
        expect(actions).toEqual(actions.toSorted((a, b) => a.localeCompare(b)));
      }),
      { numRuns: 200 },
    );
  });

  test("killed after any step and begun anew, end the same, and none is done twice", () => {
    fc.assert(
      fc.property(wanted, observed, fc.nat({ max: 20 }), (goal, start, crash) => {
        const steps = planSteps(goal, start);
        const done = Math.min(crash, steps.length);
        let state = run(steps.slice(0, done), start);
        // The last of them was done, but not written down.
        for (const step of steps.slice(Math.max(0, done - 1))) {
          const left = remainingStep(step, state);
          expect(left).not.toBe("impossible");
          if (typeof left === "object") state = perform(left, state);
        }
        expect(shape(state)).toEqual(shape(goal));
      }),
      { numRuns: 500 },
    );
  });

  test("that somebody else did a part of do only the rest, or say that they cannot be done", () => {
    fc.assert(
      fc.property(wanted, observed, observed, (goal, start, meanwhile) => {
        let state = meanwhile;
        for (const step of planSteps(goal, start)) {
          const left = remainingStep(step, state);
          // `perform` throws for what GitHub refuses and for what changes nothing.
          if (typeof left === "object") state = perform(left, state);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("compare names as GitHub does, whatever their case", () => {
    const start = {
      ...installed,
      repositorySelection: "selected",
      repositories: ["Shop", "api"],
    } as const;
    const goal: Wanted = {
      repositorySelection: "selected",
      repositories: ["shop", "API", "web", "Web"],
    };
    expect(planSteps(goal, start)).toEqual([{ action: "add", repositories: ["web"] }]);
  });

  test("cannot take repositories from an App that shall reach none", () => {
    const none = { repositorySelection: "none" } as const;
    const state = { ...installed, repositorySelection: "selected", repositories: [] } as const;
    expect(planSteps(none, undefined)).toEqual([
      { action: "install", repositorySelection: "none" },
    ]);
    expect([planSteps(none, state), isBeyondPlanning(none, state)]).toEqual([[], false]);
    expect(isBeyondPlanning(none, { ...state, repositories: ["a"] })).toBe(true);
    expect(isBeyondPlanning(none, { ...state, repositorySelection: "all" })).toBe(true);
    expect(isBeyondPlanning(none, undefined)).toBe(false);
  });
});
