import { setTimeout as sleep } from "node:timers/promises";
import type { EnterprisePlan, PlannedStep } from "@layers/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChildService, createChildService } from "../../src/crash/child-service.ts";
import { brewBuilds, grant } from "../../src/enterprise.ts";
import {
  absent,
  createPlanner,
  enterprise,
  type Planner,
  selected,
  wanted,
} from "../../src/plans.ts";

const kills = Number(process.env["PLAN_KILLS"] ?? 3);
const organizations = Number(process.env["PLAN_ORGANIZATIONS"] ?? 12);
/** The service dies so long after a change was seen at GitHub: in some runs before it heard of it. */
const momentsMilliseconds = [0, 0, 5, 20, 60];

let service: ChildService;
let planner: Planner;
beforeAll(async () => {
  service = await createChildService({
    env: { GITHUB_MUTATION_PAUSE_MS: "20", JOB_LEASE_SECONDS: "1" },
  });
  const { sandbox } = service;
  sandbox.world.createEnterprise({ slug: enterprise, organizations, repositoriesEach: 4 });
  await service.start();
  const partner = await service.addPartner("Planner", ["enterprise:write", "jobs:read"]);
  const granted = { slug: enterprise, clientIds: [brewBuilds] };
  await service.operate((operator) => grant({ operator, sandbox }, partner, granted));
  const connector = { url: service.url, remoteUrl: service.url };
  planner = createPlanner({ connector, partner });
}, 60_000);
afterAll(() => service[Symbol.asyncDispose]());

const numbers = Array.from({ length: organizations }, (_, index) => index + 1);

/** Four kinds of organizations: how each is, and how it shall become. */
const before = {
  installations: numbers.flatMap((number) => {
    if (number % 4 === 0) return [];
    return [number % 4 === 1 ? wanted(number, "all") : selected(number, "repository-1")];
  }),
};
const after = {
  installations: numbers.flatMap((number) => {
    if (number % 4 === 3) return [];
    return [selected(number, "repository-2", "repository-3")];
  }),
  absent: numbers.filter((number) => number % 4 === 3).map((number) => absent(number)),
};

const kinds: Record<PlannedStep["action"], string> = {
  install: "install",
  select: "select_repositories",
  add: "select_repositories",
  remove: "select_repositories",
  uninstall: "uninstall",
};

/** What GitHub's log of changes must hold if each step is done once. */
const expectedChanges = (plan: EnterprisePlan) =>
  plan.organizations.flatMap(({ organization: login, steps }) =>
    steps.map(({ action }) => `${kinds[action]} ${login}`),
  );

const changesSince = (start: number) =>
  service.sandbox
    .changes()
    .slice(start)
    .map(({ kind, account }) => `${kind} ${account}`);

const mutationsSince = (start: number) =>
  service.sandbox
    .requests()
    .slice(start)
    .filter(({ method, path }) => method !== "GET" && path.includes("/apps/organizations/"));

/** Kills the service a moment after so many changes. */
async function killAfter(changes: number, start: number): Promise<void> {
  while (changesSince(start).length < changes) await sleep(1);
  await sleep(momentsMilliseconds[Math.floor(Math.random() * momentsMilliseconds.length)]);
  await service.kill();
}

test(
  `R-21: a plan over ${organizations} organizations, killed ${kills} times, ends as wanted with no step done twice`,
  async () => {
    await planner.applied((await planner.plan(before)).id);
    const plan = await planner.plan(after);
    const [requests, changes] = [service.sandbox.requests(), service.sandbox.changes()];
    const moments = Array.from({ length: kills }, () => Math.random() * (plan.stepsTotal - 2))
      .map((moment) => 1 + Math.floor(moment))
      .toSorted((a, b) => a - b);
    const { id: jobId } = await planner.apply(plan.id);
    for (const moment of moments) {
      await killAfter(moment, changes.length);
      await service.start();
    }
    const status = async () => (await planner.read(plan.id)).status;
    await expect.poll(status, { timeout: 60_000 }).not.toBe("applying");

    const applied = await planner.read(plan.id);
    expect(applied).toMatchObject({ status: "applied", stepsDone: plan.stepsTotal });
    expect(changesSince(changes.length)).toEqual(expectedChanges(plan));
    expect(mutationsSince(requests.length)).toHaveLength(plan.stepsTotal);
    expect(await planner.plan(after)).toMatchObject({ stepsTotal: 0 });
    const steps = applied.organizations.flatMap((target) => target.steps);
    const found = steps.filter((step) => step.status === "unneeded").length;
    console.log(
      [
        `${kills} kills after ${moments.join(", ")} of ${plan.stepsTotal} steps over ${organizations} organizations (job ${(await planner.readJob(jobId)).status}).`,
        `GitHub's log has ${changesSince(changes.length).length} changes, each step once; ${found} steps had been done when the service died, and not been written down.`,
      ].join("\n"),
    );
  },
  60_000 + kills * 15_000,
);
