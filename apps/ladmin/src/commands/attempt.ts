import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { AttemptStatus } from "@layers/contracts";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireOrganization } from "../lookups.ts";
import { withStore } from "../session.ts";
import { showTime, toFields } from "../terminal/table.ts";
import { parseCount } from "../values/count.ts";
import { toAttemptView } from "../views/attempt-view.ts";

/** `attempt`: the runs of the install flow. */
export function addAttemptCommands(program: CommandUnknownOpts, deps: Deps): void {
  const attempt = program.command("attempt").description("runs of the install flow");
  addList(attempt, deps);
  addShow(attempt, deps);
}

function addList(attempt: CommandUnknownOpts, deps: Deps): void {
  const { output, clock } = deps;
  attempt
    .command("list")
    .description("list an organization's attempts, the newest first")
    .requiredOption("--org <id>", "the organization")
    .addOption(
      new Option("--status <status>", "only those of a status").choices(AttemptStatus.options),
    )
    .option("-n, --lines <count>", "how many", parseCount, 50)
    .addHelpText("after", examples("attempt list --org org_01JZ… --status failed"))
    .action(({ org, status, lines }) =>
      withStore(deps, async (store) => {
        await requireOrganization(store, org);
        const now = clock();
        const filter = { organizationId: org, shownAs: status && { status, now } };
        const rows = await store.attempts.list(filter, lines);
        const items = rows.map((row) => toAttemptView(row, now));
        output.list(
          items,
          {
            ID: ({ id }) => id,
            STATUS: (item) => item.status,
            REASON: ({ reason }) => reason ?? "-",
            ACCOUNT: ({ accountLogin }) => accountLogin ?? "-",
            CREATED: ({ createdAt }) => showTime(createdAt),
            EXPIRES: ({ expiresAt }) => showTime(expiresAt),
          },
          "No attempts.",
        );
        if (items.length === lines) output.note(`These are the newest ${lines}: see --lines.`);
      }),
    );
}

function addShow(attempt: CommandUnknownOpts, deps: Deps): void {
  const { output, clock } = deps;
  attempt
    .command("show")
    .description("show an attempt")
    .argument("<id>", "the attempt's id")
    .addHelpText("after", examples("attempt show att_01JZ…"))
    .action((id) =>
      withStore(deps, async (store) => {
        const row = await store.attempts.find(id);
        if (!row)
          throw new CommandError(
            "NOT_FOUND",
            `There is no attempt ${id}: \`ladmin attempt list --org <id>\` shows an organization's.`,
          );
        const view = toAttemptView(row, clock());
        const { provenAt, createdAt, expiresAt, ...plain } = view;
        const times = { provenAt, createdAt, expiresAt };
        const text = toFields({
          ...mapValues(plain, (value) => String(value ?? "-")),
          ...mapValues(times, showTime),
        });
        output.data(view, text);
      }),
    );
}

const mapValues = <T>(record: Readonly<Record<string, T>>, write: (value: T) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, write(value)]));
