import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { JobRow, Store } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireOrganization } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";
import { showTime, toFields } from "../terminal/table.ts";
import { parseCount } from "../values/count.ts";
import { showSteps, toJobView } from "../views/job-view.ts";

const statuses = ["waiting", "running", "done", "dead"] as const;

/** `job`: work that is done apart from the request that asked for it. */
export function addJobCommands(program: CommandUnknownOpts, deps: Deps): void {
  const job = program.command("job").description("work in the background, and what was given up");
  addList(job, deps);
  addShow(job, deps);
  addRetry(job, deps);
}

function addList(job: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  job
    .command("list")
    .description("list jobs, the newest first; those that were given up have the status dead")
    .option("--org <id>", "only this organization's")
    .addOption(new Option("--status <status>", "only those of a status").choices(statuses))
    .option("-n, --lines <count>", "how many", parseCount, 50)
    .addHelpText("after", examples("job list", "job list --status dead --org org_01JZ…"))
    .action(({ org: organizationId, status, lines }) =>
      withStore(deps, async (store) => {
        if (organizationId !== undefined) await requireOrganization(store, organizationId);
        const items = (await store.jobs.list({ status, organizationId }, lines)).map(toJobView);
        output.list(
          items,
          {
            ID: ({ id }) => id,
            KIND: ({ kind }) => kind,
            STATUS: (item) => item.status,
            STEPS: showSteps,
            TRIES: ({ attempts, maxAttempts }) => `${attempts}/${maxAttempts}`,
            CHANGED: ({ changedAt }) => showTime(changedAt),
            ORGANIZATION: (item) => item.organizationId ?? "-",
            ERROR: ({ lastError }) => lastError ?? "-",
          },
          "No jobs.",
        );
        if (items.length === lines) output.note(`These are the newest ${lines}: see --lines.`);
      }),
    );
}

function addShow(job: CommandUnknownOpts, deps: Deps): void {
  job
    .command("show")
    .description("show a job")
    .argument("<id>", "the job's id")
    .addHelpText("after", examples("job show job_01JZ…"))
    .action((id) =>
      withStore(deps, async (store) => {
        const view = toJobView(await requireJob(store, id));
        const text = toFields({
          id: view.id,
          kind: view.kind,
          status: view.status,
          organization: view.organizationId ?? "-",
          steps: showSteps(view),
          tries: `${view.attempts} of ${view.maxAttempts}`,
          error: view.lastError ?? "-",
          payload: JSON.stringify(view.payload),
          due: showTime(view.runAt),
          created: showTime(view.createdAt),
          changed: showTime(view.changedAt),
        });
        deps.output.data(view, text);
      }),
    );
}

function addRetry(job: CommandUnknownOpts, deps: Deps): void {
  job
    .command("retry")
    .description("begin a job anew that was given up")
    .argument("<id>", "the job's id")
    .addHelpText("after", examples("job retry job_01JZ…"))
    .action((id) =>
      withOperator(deps, async (operator, store) => {
        const { status } = await requireJob(store, id);
        if (status !== "dead")
          throw new CommandError(
            "CONFLICT",
            `${id} is ${status}: only a job that was given up is begun anew.`,
          );
        await operator.retryJob(id);
        deps.output.data(toJobView(await requireJob(store, id)), "");
        deps.output.note(
          `${id} waits for a worker: \`ladmin job show ${id}\` tells what comes of it.`,
        );
      }),
    );
}

/** @throws {CommandError} that says where to look */
async function requireJob(store: Store, id: string): Promise<JobRow> {
  const job = await store.jobs.find(id);
  if (job) return job;
  throw new CommandError(
    "NOT_FOUND",
    `There is no job ${id}: \`ladmin job list\` shows them. What is done is kept for a day, if at all.`,
  );
}
