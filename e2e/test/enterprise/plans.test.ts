import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { orgChart } from "../../src/enterprise.ts";
import {
  absent,
  changesAt,
  createPlanner,
  type Planned,
  type Planner,
  selected,
  startPlanned,
  wanted,
} from "../../src/plans.ts";
import { transports } from "../../src/transports.ts";
import { githubCallsDuring } from "../../src/upstream.ts";

vi.setConfig({ testTimeout: 30_000 });

let planned: Planned;
let planner: Planner;
const start = async (changes?: Parameters<typeof startPlanned>[0]) => {
  planned = await startPlanned(changes);
  planner = createPlanner(planned);
};
beforeEach(() => start());
afterEach(() => planned.connector[Symbol.asyncDispose]());

describe.each(transports)("over %s", (transport) => {
  test("a plan tells the steps and changes nothing; applied, it makes the enterprise as wanted", async () => {
    const { connector } = planned;
    planner = createPlanner(planned, transport);
    connector.work();
    const first = {
      installations: [selected(1, "repository-1", "repository-2"), wanted(2, "all")],
    };
    await planner.applied((await planner.plan(first)).id);
    const before = changesAt(connector).length;

    const next = {
      installations: [
        selected(1, "Repository-2", "repository-3"),
        selected(3, "repository-4"),
        wanted(3, "none", orgChart),
      ],
      absent: [absent(2), absent(1, orgChart)],
    };
    let id = "";
    const calls = await githubCallsDuring(connector, async () => {
      const plan = await planner.plan(next);
      ({ id } = plan);
      expect(plan).toMatchObject({
        enterprise: "big-corp",
        status: "planned",
        stepsDone: 0,
        stepsTotal: 5,
      });
      expect(plan.organizations.map(({ steps }) => steps)).toMatchObject([
        [
          { action: "add", repositories: ["repository-3"], status: "pending" },
          { action: "remove", repositories: ["repository-1"], status: "pending" },
        ],
        [{ action: "install", repositorySelection: "selected", repositories: ["repository-4"] }],
        [{ action: "install", repositorySelection: "none" }],
        [{ action: "uninstall" }],
        [],
      ]);
      expect(await planner.read(id)).toEqual(plan);
    });
    expect(calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
    expect(changesAt(connector)).toHaveLength(before);

    const job = await planner.apply(id);
    expect(job).toMatchObject({ kind: "enterprise.apply-plan" });
    await expect
      .poll(async () => (await planner.readJob(job.id)).status, { timeout: 20_000 })
      .toBe("done");
    expect(await planner.readJob(job.id)).toMatchObject({ stepsDone: 5, stepsTotal: 5 });
    const applied = await planner.read(id);
    expect(applied).toMatchObject({ status: "applied", stepsDone: 5, jobId: job.id });
    expect(applied.organizations.map(({ status }) => status)).toEqual(Array(5).fill("done"));
    expect(changesAt(connector).slice(before)).toEqual([
      "select_repositories big-corp-1 +repository-3",
      "select_repositories big-corp-1 -repository-1",
      "install big-corp-3 +repository-4",
      "install big-corp-3",
      "uninstall big-corp-2 -repository-1 -repository-2 -repository-3 -repository-4",
    ]);
    expect(await planner.plan(next)).toMatchObject({ stepsTotal: 0 });
  });
});

describe("a plan", () => {
  test("tells of each organization that cannot be as wanted, and does the others", async () => {
    const { connector } = planned;
    connector.work();
    await planner.applied((await planner.plan({ installations: [wanted(2, "all")] })).id);
    const plan = await planner.plan({
      installations: [
        { ...wanted(1, "all"), organization: "globex" },
        wanted(2, "none"),
        selected(1, "repository-1"),
        selected(3, "no-such-repository"),
      ],
    });
    const reasons = [
      "The enterprise has no such organization, or the App is gone from it.",
      expect.stringContaining("only by uninstalling it"),
    ];
    expect(plan.organizations.slice(0, 2)).toMatchObject(
      reasons.map((reason) => ({ status: "failed", reason, steps: [] })),
    );
    const applied = await planner.applied(plan.id);
    expect(applied.status).toBe("failed");
    expect(applied.organizations).toMatchObject([
      { status: "failed", reason: reasons[0] },
      { status: "failed", reason: reasons[1] },
      { status: "done" },
      {
        status: "failed",
        reason: expect.stringContaining("GitHub refused it."),
        steps: [{ status: "failed" }],
      },
    ]);
    expect(changesAt(connector).at(-1)).toBe("install big-corp-1 +repository-1");
    const job = await planner.readJob(applied.jobId ?? "");
    expect(job).toMatchObject({ status: "done", stepsDone: 2, stepsTotal: 2 });
  });

  test("does not do what somebody else did meanwhile, nor undoes it", async () => {
    await planned.connector[Symbol.asyncDispose]();
    await start({ wait: (milliseconds) => sleep(milliseconds / 50) });
    const { connector } = planned;
    const others = createPlanner(planned);
    connector.work();
    await planner.applied(
      (await planner.plan({ installations: [selected(1, "repository-1", "repository-2")] })).id,
    );
    const plan = await planner.plan({
      installations: [selected(1, "repository-1"), wanted(2, "all"), selected(3, "repository-1")],
    });
    const meanwhile = await others.plan({
      installations: [
        selected(1, "repository-1", "repository-4"),
        wanted(2, "all"),
        selected(3, "repository-2"),
      ],
    });
    await others.applied(meanwhile.id);
    const before = changesAt(connector).length;
    const applied = await planner.applied(plan.id);
    const changed = "Something else has changed since the plan was made. Make a new plan.";
    expect(applied.organizations).toMatchObject([
      { status: "failed", reason: changed, steps: [{ action: "remove", status: "unneeded" }] },
      { status: "done", steps: [{ action: "install", status: "unneeded" }] },
      { status: "failed", reason: changed, steps: [{ action: "install", status: "unneeded" }] },
    ]);
    expect(applied.status).toBe("failed");
    expect(changesAt(connector)).toHaveLength(before);
  });
});

/** Begins a plan over all organizations, and waits until the first of them is done. */
async function applyUntilFirstIsDone(): Promise<string> {
  const installations = [1, 2, 3, 4, 5, 6].map((number) => wanted(number, "all"));
  const { id } = await planner.plan({ installations });
  await planner.apply(id);
  planned.connector.work();
  const first = async () => (await planner.read(id)).organizations[0]?.status;
  await expect.poll(first, { timeout: 10_000, interval: 10 }).toBe("done");
  return id;
}

const ended = (id: string) =>
  expect.poll(async () => (await planner.read(id)).status, { timeout: 30_000 });

describe("a plan stops with the reason when", () => {
  beforeEach(async () => {
    await planned.connector[Symbol.asyncDispose]();
    await start({ organizations: 6, mutationPauseMilliseconds: 300 });
  });

  const ways: [what: string, stop: () => unknown, reason: string][] = [
    [
      "the grant is revoked",
      () => planned.connector.operator.revokeEnterprise(planned.grantId),
      "Your organization's grant of the enterprise was revoked.",
    ],
    [
      "the App leaves the enterprise",
      () => planned.connector.sandbox.world.uninstallFromEnterprise("big-corp"),
      "The App is no longer installed on the enterprise.",
    ],
    [
      "the App is suspended on the enterprise",
      () => planned.connector.sandbox.world.suspendOnEnterprise("big-corp"),
      "The App's installation on the enterprise is suspended.",
    ],
  ];
  test.each(ways)("%s", async (_what, stop, reason) => {
    const id = await applyUntilFirstIsDone();
    await stop();
    await ended(id).toBe("failed");
    const { organizations } = await planner.read(id);
    expect(organizations[0]).toMatchObject({ status: "done", steps: [{ status: "done" }] });
    const untouched = organizations.filter(({ steps }) => steps[0]?.status === "pending");
    expect(untouched.length).toBeGreaterThanOrEqual(4);
    for (const target of untouched) expect(target).toMatchObject({ status: "failed", reason });
    expect(changesAt(planned.connector)).toHaveLength(6 - untouched.length);
  });

  test("the organization is suspended", async () => {
    const id = await applyUntilFirstIsDone();
    const { operator, sandbox } = planned.connector;
    await operator.setSuspended(planned.partner.organizationId, true);
    const stored = async () => (await planned.connector.store.enterprisePlans.find(id))?.status;
    await expect.poll(stored, { timeout: 10_000 }).toBe("failed");
    await operator.setSuspended(planned.partner.organizationId, false);
    const { organizations } = await planner.read(id);
    expect(organizations.at(-1)).toMatchObject({ reason: "Your organization is suspended." });
    expect(changesAt({ sandbox }).length).toBeLessThan(3);
  });
});
