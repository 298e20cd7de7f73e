import { setTimeout as sleep } from "node:timers/promises";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { asOperator, openPlanning, type Planning, readEnv } from "@layers/api/admin";
import type { EnterprisePlan } from "@layers/contracts";
import type { OnProgress, Store } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { withStore } from "../session.ts";
import { showPlan } from "../views/plan-view.ts";

/** `enterprise apply`: lets the service do what was planned. */
export function addApply(enterprise: CommandUnknownOpts, deps: Deps): void {
  enterprise
    .command("apply")
    .description("let the service do the steps of a plan, and show how far it is")
    .argument("<plan>", "the plan's id")
    .option("--no-wait", "return at once: `ladmin job show` tells how far it is")
    .addHelpText(
      "after",
      examples("enterprise apply plan_01JZ…", "enterprise apply plan_01JZ… --no-wait --json"),
    )
    .action((id, { wait }) =>
      withStore(deps, async (store) => {
        const { organizationId, enterprise: slug } = await requirePlan(store, id);
        const config = readEnv(deps.env).github;
        const planning = await openPlanning({ store, clock: deps.clock, config });
        const reference = { enterprise: slug, id };
        const job = await planning.apply(asOperator(organizationId), reference);
        const read = () => planning.show(organizationId, reference);
        if (wait) {
          showEnd(deps, await follow(deps, read));
          return;
        }
        deps.output.data(await read(), job.id);
        deps.output.note(`${id} waits for the service: \`ladmin job show ${job.id}\`.`);
      }),
    );
}

/** @throws {CommandError} for a plan that is not there */
async function requirePlan(store: Store, id: string) {
  const plan = await store.enterprisePlans.find(id);
  const grant = plan && (await store.enterpriseGrants.find(plan.grantId));
  if (plan && grant) return { organizationId: plan.organizationId, enterprise: grant.slug };
  throw new CommandError(
    "NOT_FOUND",
    `There is no plan ${id}: \`ladmin enterprise plan\` makes one.`,
  );
}

const lookMilliseconds = 200;

/** Waits until the service has ended with a plan. */
const follow = (
  { showProgress }: Deps,
  read: () => ReturnType<Planning["show"]>,
): Promise<EnterprisePlan> =>
  showProgress("Applying", async (onProgress: OnProgress) => {
    for (;;) {
      const plan = await read();
      onProgress({ done: plan.stepsDone, total: Math.max(1, plan.stepsTotal) });
      if (plan.status !== "applying") return plan;
      await sleep(lookMilliseconds);
    }
  });

/** @throws {CommandError} unless everything is as wanted */
function showEnd({ output }: Deps, plan: EnterprisePlan): void {
  output.data(plan, showPlan(plan));
  if (plan.status === "applied") {
    output.note(`${plan.id}: everything is as wanted.`);
    return;
  }
  const failed = plan.organizations.filter(({ status }) => status !== "done").length;
  throw new CommandError(
    "CONFLICT",
    `${failed} of ${plan.organizations.length} are not as wanted: mend what their reasons say, and make a new plan.`,
  );
}
