import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type AuditChainReport, verifyAuditChain } from "@layers/api/admin";
import type { Store } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireOrganization } from "../lookups.ts";
import { withStore } from "../session.ts";
import type { Columns } from "../terminal/table.ts";

/** `audit verify`: whether the audit log is what was written. */
export function addAuditVerifyCommand(audit: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  audit
    .command("verify")
    .description("compute every hash of the log again, and say where it was changed")
    .option("--org <id>", "only this organization's")
    .addHelpText("after", examples("audit verify", "audit verify --org org_01JZ… --json"))
    .action(({ org }) =>
      withStore(deps, async (store) => {
        if (org !== undefined) await requireOrganization(store, org);
        const items = await verify(deps, store, org);
        output.list(items, columns, "No lines yet.");
        const broken = items.find(({ brokenAt }) => brokenAt !== null);
        if (broken) throw new CommandError("CONFLICT", describeBreak(broken));
        output.note("The log is what was written. Keep the heads: a log cut short has another.");
      }),
    );
}

async function verify(
  { showProgress }: Deps,
  store: Store,
  organizationId: string | undefined,
): Promise<AuditChainReport[]> {
  const all = await store.audit.listChains();
  const chains = all.filter((each) => [undefined, each.organizationId].includes(organizationId));
  const total = chains.reduce((sum, { length }) => sum + length, 0);
  return showProgress("Verifying", async (onProgress) => {
    const reports: AuditChainReport[] = [];
    let before = 0;
    for (const chain of chains) {
      const seen = before;
      reports.push(
        await verifyAuditChain(store, chain.organizationId, (lines) =>
          onProgress({ done: seen + lines, total }),
        ),
      );
      before += chain.length;
    }
    return reports;
  });
}

const columns: Columns<AuditChainReport> = {
  ORGANIZATION: ({ organizationId }) => organizationId || "-",
  LINES: ({ lines }) => String(lines),
  UNCHAINED: ({ unchained }) => String(unchained),
  HEAD: ({ head }) => head ?? "-",
  "BROKEN AT": ({ brokenAt }) => brokenAt ?? "-",
};

const describeBreak = ({ organizationId, brokenAt }: AuditChainReport): string =>
  `The audit log of ${organizationId || "the database"} was changed: ${brokenAt} is not what was written, or a line before it is missing. Compare with a backup.`;
