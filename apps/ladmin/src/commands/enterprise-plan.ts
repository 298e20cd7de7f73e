import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { asOperator, openPlanning, readEnv } from "@layers/api/admin";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireGrant, requireOrganization } from "../lookups.ts";
import { withStore } from "../session.ts";
import { showTime } from "../terminal/table.ts";
import { readWantedState } from "../values/wanted-state.ts";
import { showPlan } from "../views/plan-view.ts";

const form = `
The file is what POST /v1/enterprises/{enterprise}/plans takes:
  { "installations": [{ "organization": "acme-tea", "clientId": "Iv23abc…",
                        "repositorySelection": "selected", "repositories": ["kettle"] }],
    "absent": [{ "organization": "acme-coffee", "clientId": "Iv23abc…" }] }`;

/** `enterprise plan`: what there is to do until an enterprise is as wanted. */
export function addPlan(enterprise: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  enterprise
    .command("plan")
    .description("compare an enterprise with what is wanted, and list the steps; changes nothing")
    .argument("<enterprise>", "its slug or number")
    .requiredOption("--org <id>", "the organization that it is granted to")
    .requiredOption("--file <file>", "what is wanted, in JSON; - for stdin")
    .addHelpText("after", form)
    .addHelpText("after", examples("enterprise plan acme-corp --org org_01JZ… --file wanted.json"))
    .action((reference, { org, file }) =>
      withStore(deps, async (store) => {
        const wanted = await readWantedState(file, deps.stdin);
        await requireOrganization(store, org);
        const { slug, revokedAt } = await requireGrant(store, { org, reference });
        if (revokedAt !== null)
          throw new CommandError("FORBIDDEN", `${org} was granted ${slug}, and is no more.`);
        const config = readEnv(deps.env).github;
        const planning = await openPlanning({ store, clock: deps.clock, config });
        const plan = await planning.make(asOperator(org), slug, wanted);
        output.data(plan, showPlan(plan));
        output.note(
          plan.stepsTotal === 0
            ? `${plan.id}: there is nothing to do.`
            : `${plan.id}: ${plan.stepsTotal} steps. \`ladmin enterprise apply ${plan.id}\` does them, until ${showTime(plan.expiresAt)}.`,
        );
      }),
    );
}
