import { setTimeout } from "node:timers/promises";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { AuditFilter, AuditRow, Store } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { requireOrganization } from "../lookups.ts";
import { withStore } from "../session.ts";
import { parseCount } from "../values/count.ts";
import { showAuditLine, toAuditView } from "../views/audit-view.ts";
import { addAuditVerifyCommand } from "./audit-verify.ts";

/** `audit`: who changed what. */
export function addAuditCommands(program: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  const audit = program.command("audit").description("who changed what, and when");
  audit
    .command("tail")
    .description("print the last lines, the newest one last")
    .option("--org <id>", "only this organization's")
    .option("-n, --lines <count>", "how many", parseCount, 20)
    .option("-f, --follow", "go on with new lines as they come; with --json, one document a line")
    .addHelpText("after", examples("audit tail -n 100", "audit tail --org org_01JZ… --follow"))
    .action(({ org: organizationId, lines, follow }) =>
      withStore(deps, async (store) => {
        if (organizationId !== undefined) await requireOrganization(store, organizationId);
        const last = await store.audit.tail({ organizationId }, lines);
        if (follow) {
          for await (const line of followLines(store, { organizationId }, last))
            output.line(toAuditView(line), showAuditLine(toAuditView(line)));
          return;
        }
        const items = last.map(toAuditView);
        output.data({ items }, items.map(showAuditLine).join("\n"));
        if (items.length === 0) output.note("No lines yet.");
      }),
    );
  addAuditVerifyCommand(audit, deps);
}

const pollMilliseconds = 500;
const mostAtOnce = 10_000;

/**
 * How long after its id was made a line may still be committed, by a process that waited for the
 * write lock: longer than that wait.
 */
const lateMicroseconds = 10_000_000;

/** The given lines and then, for ever, those that come after them. */
async function* followLines(
  store: Store,
  filter: AuditFilter,
  first: readonly AuditRow[],
): AsyncGenerator<AuditRow> {
  yield* first;
  let seen = [...first];
  let settled = first[0]?.id;
  for (;;) {
    await setTimeout(pollMilliseconds);
    const known = new Set(seen.map(({ id }) => id));
    const lines = await store.audit.tail({ ...filter, afterId: settled }, mostAtOnce);
    const fresh = lines.filter(({ id }) => !known.has(id));
    yield* fresh;
    seen.push(...fresh);
    const late = Math.max(...seen.map(({ at }) => at)) - lateMicroseconds;
    settled = seen.findLast(({ at }) => at < late)?.id ?? settled;
    seen = seen.filter(({ id }) => settled === undefined || id > settled);
  }
}
