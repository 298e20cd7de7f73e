import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { requireOrganization } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";
import { showTime } from "../terminal/table.ts";
import { toOrganizationView } from "../views/organization-view.ts";

/** `org`: the tenants, who own keys and installations. */
export function addOrgCommands(program: CommandUnknownOpts, deps: Deps): void {
  const org = program
    .command("org")
    .description("organizations: the partners that use the service");
  addCreate(org, deps);
  addList(org, deps);
  addSuspend(org, deps);
  addResume(org, deps);
}

function addCreate(org: CommandUnknownOpts, deps: Deps): void {
  org
    .command("create")
    .description("create an organization and print its id")
    .argument("<name>", "a name for people")
    .addHelpText("after", examples('org create "Gic Growth"', "org create Acme --json"))
    .action((name) =>
      withOperator(deps, async (operator) => {
        const organization = await operator.createOrganization(name);
        deps.output.data(toOrganizationView(organization), organization.id);
        deps.output.note(`Created. Give it a key: ladmin key create --org ${organization.id} …`);
      }),
    );
}

function addList(org: CommandUnknownOpts, deps: Deps): void {
  org
    .command("list")
    .description("list all organizations")
    .addHelpText("after", examples("org list", "org list --json | jq -r '.items[].id'"))
    .action(() =>
      withStore(deps, async (store) => {
        const items = (await store.organizations.list()).map(toOrganizationView);
        deps.output.list(
          items,
          {
            ID: ({ id }) => id,
            NAME: ({ name }) => name,
            STATUS: ({ suspendedAt }) => (suspendedAt ? "suspended" : "active"),
            CONSENT: ({ consentRequired }) => (consentRequired ? "on" : "off"),
            CREATED: ({ createdAt }) => showTime(createdAt),
          },
          "No organizations yet: ladmin org create <name>",
        );
      }),
    );
}

function addSuspend(org: CommandUnknownOpts, deps: Deps): void {
  const { output, confirm } = deps;
  org
    .command("suspend")
    .description("stop accepting an organization's keys, within a second")
    .argument("<id>", "the organization's id")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", examples("org suspend org_01JZ…", "org suspend org_01JZ… --yes"))
    .action((id, options) =>
      withOperator(deps, async (operator, store) => {
        const { name, suspendedAt } = await requireOrganization(store, id);
        if (suspendedAt === null) {
          await confirm(`Refuse all keys of "${name}"?`, options);
          await operator.setSuspended(id, true);
        }
        output.data(toOrganizationView(await requireOrganization(store, id)), "");
        output.note(
          suspendedAt === null
            ? `"${name}" is suspended. Undo it: ladmin org resume ${id}`
            : `"${name}" was suspended already.`,
        );
      }),
    );
}

function addResume(org: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  org
    .command("resume")
    .description("accept a suspended organization's keys again")
    .argument("<id>", "the organization's id")
    .addHelpText("after", examples("org resume org_01JZ…"))
    .action((id) =>
      withOperator(deps, async (operator, store) => {
        const { name } = await requireOrganization(store, id);
        await operator.setSuspended(id, false);
        output.data(toOrganizationView(await requireOrganization(store, id)), "");
        output.note(`"${name}" is active: its keys are accepted.`);
      }),
    );
}
