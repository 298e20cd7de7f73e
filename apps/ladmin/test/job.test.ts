import { type NewJob, openSqlite } from "@layers/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, deploy } from "./deployment.ts";

let deployment: Deployment;
let here: Deployment["here"];
let org: string;
beforeAll(async () => {
  deployment = await deploy();
  ({ here } = deployment);
  org = await deployment.done("org", "create", "Acme");
  // The service that runs beside has no hands for jobs of this kind in these tests.
  await deployment.stopService();
});
afterAll(() => deployment[Symbol.asyncDispose]());

async function addJob(id: string, changes: Partial<NewJob> = {}) {
  const store = openSqlite({ file: deployment.databaseFile });
  await store.jobs.enqueue({
    id,
    kind: "greet",
    organizationId: org,
    lane: 1,
    uniqueKey: null,
    payload: '{"name":"Ada"}',
    maxAttempts: 8,
    runAt: 1_000_000,
    createdAt: 1_000_000,
    ...changes,
  });
  return store;
}

describe("job", () => {
  test("list and show tell what became of jobs, and retry begins one anew", async () => {
    await (await addJob("job_1")).close();
    const store = await addJob("job_2", { organizationId: "", lane: 0 });
    const now = 2_000_000;
    const [dead] = await store.jobs.claim(
      { slots: 1, perOrganization: 5, leasedUntil: now + 1 },
      now,
    );
    if (!dead) throw new Error("A job is due.");
    await store.jobs.progress(dead, { stepsDone: 3, stepsTotal: 7 });
    await store.jobs.bury(dead, "no luck", now);

    const all = (await here("job", "list", "--json")).json();
    const own = all.items.filter((item) => "kind" in item && item.kind === "greet");
    expect(own).toMatchObject([
      { id: "job_2", status: "dead", organizationId: null, lastError: "no luck" },
      { id: "job_1", status: "waiting", organizationId: org },
    ]);
    const { stdout: table } = await here("job", "list", "--status", "dead");
    expect(table).toMatch(/job_2 .*greet .*dead .*3\/7 .*1\/8 .*no luck/);
    expect(table).not.toContain("job_1");
    expect((await here("job", "list", "--org", org, "--json")).json().items).toHaveLength(1);
    const { stdout: fields } = await here("job", "show", "job_2");
    expect(fields).toMatch(/error +no luck/);
    expect(fields).toMatch(/payload +\{"name":"Ada"\}/);

    const retried = (await here("job", "retry", "job_2", "--json")).json();
    expect(retried).toMatchObject({ id: "job_2", status: "waiting", attempts: 0 });
    const [line] = (await here("audit", "tail", "-n", "1", "--json")).json().items;
    expect(line).toMatchObject({ action: "job.retry", target: "job_2", actor: "operator" });
    const again = await here("job", "retry", "job_2");
    expect(again).toMatchObject({ code: 4, stdout: "" });
    expect(again.stderr).toContain("job_2 is waiting");
    await store.close();
  });

  test("that is not there ends with 3", async () => {
    for (const verb of ["show", "retry"]) {
      const { code, stderr } = await here("job", verb, "job_nope");
      expect([code, stderr]).toEqual([3, expect.stringContaining("ladmin job list")]);
    }
  });
});
