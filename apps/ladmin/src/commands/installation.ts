import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { BindingRow, Store } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireOrganization } from "../lookups.ts";
import { withStore } from "../session.ts";
import { showTime, toFields } from "../terminal/table.ts";
import { toInstallationView } from "../views/installation-view.ts";

/** `installation`: which installation of the App each organization has. */
export function addInstallationCommands(program: CommandUnknownOpts, deps: Deps): void {
  const installation = program
    .command("installation")
    .description("installations of the App, and whose they are");
  addList(installation, deps);
  addShow(installation, deps);
}

function addList(installation: CommandUnknownOpts, deps: Deps): void {
  installation
    .command("list")
    .description("list installations")
    .option("--org <id>", "only this organization's")
    .option("--all", "those that were detached or uninstalled, too")
    .addHelpText("after", examples("installation list", "installation list --org org_01JZ… --all"))
    .action(({ org, all }) =>
      withStore(deps, async (store) => {
        if (org !== undefined) await requireOrganization(store, org);
        const bindings = await store.bindings.list(org);
        const items = bindings
          .filter(({ endedAt }) => all || endedAt === null)
          .map(toInstallationView);
        deps.output.list(
          items,
          {
            INSTALLATION: ({ installationId }) => String(installationId),
            ACCOUNT: ({ accountLogin }) => accountLogin,
            STATUS: ({ status }) => status,
            ORGANIZATION: ({ organizationId }) => organizationId,
            REGISTERED: ({ registeredAt }) => showTime(registeredAt),
            VERIFIED: ({ lastVerifiedAt }) => showTime(lastVerifiedAt),
          },
          "No installations.",
        );
      }),
    );
}

function addShow(installation: CommandUnknownOpts, deps: Deps): void {
  installation
    .command("show")
    .description("show an installation")
    .argument("<id>", "GitHub's number of it, or our id of one organization's use of it (bnd_…)")
    .addHelpText("after", examples("installation show 50291845", "installation show bnd_01JZ…"))
    .action((id) =>
      withStore(deps, async (store) => {
        const view = toInstallationView(await requireBinding(store, id));
        const text = toFields({
          installation: String(view.installationId),
          status: view.status,
          account: `${view.accountLogin} (${view.accountType}, ${view.accountId})`,
          organization: view.organizationId,
          host: view.host,
          app: view.appId,
          registered: showTime(view.registeredAt),
          verified: showTime(view.lastVerifiedAt),
          ended: showTime(view.endedAt),
          "proven by": view.attemptId,
          id: view.id,
        });
        deps.output.data(view, text);
      }),
    );
}

/** Of all the uses of an installation over time, shows the one that stands, else the last one. */
async function requireBinding(store: Store, id: string): Promise<BindingRow> {
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : undefined;
  const uses = number === undefined ? [] : await store.bindings.listByNumber(number);
  const binding =
    uses.find(({ endedAt }) => endedAt === null) ?? uses[0] ?? (await store.bindings.find(id));
  if (binding) return binding;
  throw new CommandError(
    "NOT_FOUND",
    `There is no installation ${id}: \`ladmin installation list --all\` shows them.`,
  );
}
