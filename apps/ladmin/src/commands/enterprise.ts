import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { findEnterprise, readEnv } from "@layers/api/admin";
import { EnterpriseName } from "@layers/contracts";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireGrant, requireOrganization } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";
import { showTime } from "../terminal/table.ts";
import { toEnterpriseGrantView } from "../views/enterprise-grant-view.ts";
import { addApply } from "./enterprise-apply.ts";
import { addPlan } from "./enterprise-plan.ts";

/** `enterprise`: which organization may manage the Apps of which enterprise at GitHub. */
export function addEnterpriseCommands(program: CommandUnknownOpts, deps: Deps): void {
  const enterprise = program
    .command("enterprise")
    .description("enterprises at GitHub whose Apps an organization may manage");
  addGrant(enterprise, deps);
  addRevoke(enterprise, deps);
  addList(enterprise, deps);
  addPlan(enterprise, deps);
  addApply(enterprise, deps);
}

function addGrant(enterprise: CommandUnknownOpts, deps: Deps): void {
  enterprise
    .command("grant")
    .description(
      "let an organization manage an enterprise that has the App, and print the grant's id",
    )
    .argument("<slug>", "the enterprise, as in github.com/enterprises/<slug>")
    .requiredOption("--org <id>", "the organization")
    .option(
      "--client-id <id...>",
      "the Apps that may be installed and removed; this App alone by default",
    )
    .addHelpText(
      "after",
      examples(
        "enterprise grant acme-corp --org org_01JZ…",
        "enterprise grant acme-corp --org org_01JZ… --client-id Iv23abc… Iv23def…",
      ),
    )
    .action((slug, { org, clientId }) =>
      withOperator(deps, async (operator, store) => {
        await requireOrganization(store, org);
        const { github } = readEnv(deps.env);
        const grant = await operator.grantEnterprise({
          organizationId: org,
          ...(await requireEnterprise(github, slug)),
          clientIds: clientId ?? [github.clientId],
        });
        const view = toEnterpriseGrantView(grant);
        deps.output.data(view, view.id);
        deps.output.note(
          `${org} may manage ${view.slug} (${view.enterpriseId}), with the Apps ${view.clientIds.join(", ")}. Its keys need enterprise:read or enterprise:write.`,
        );
      }),
    );
}

/** @throws {CommandError} that says what to do */
async function requireEnterprise(github: Parameters<typeof findEnterprise>[0], slug: string) {
  if (!EnterpriseName.safeParse(slug).success)
    throw new CommandError("VALIDATION", `"${slug}" is not the slug of an enterprise.`);
  const { host, enterprise } = await findEnterprise(github, slug);
  if (enterprise) return { host, enterprise };
  throw new CommandError(
    "NOT_FOUND",
    `The App ${github.appSlug} is not installed on an enterprise ${slug}: its owner installs it first.`,
  );
}

function addRevoke(enterprise: CommandUnknownOpts, deps: Deps): void {
  const { output, confirm } = deps;
  enterprise
    .command("revoke")
    .description("no longer let an organization manage an enterprise, within a second")
    .argument("<enterprise>", "its slug or number, or the grant's id")
    .requiredOption("--org <id>", "the organization")
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        "enterprise revoke acme-corp --org org_01JZ…",
        "enterprise revoke grt_01JZ… --org org_01JZ… --yes",
      ),
    )
    .action((reference, { org, yes }) =>
      withOperator(deps, async (operator, store) => {
        const { name } = await requireOrganization(store, org);
        const { id, slug, revokedAt } = await requireGrant(store, { org, reference });
        if (revokedAt === null) {
          await confirm(`Let "${name}" no longer manage ${slug}?`, { yes });
          await operator.revokeEnterprise(id);
        }
        output.data(toEnterpriseGrantView(await requireGrant(store, { org, reference: id })), "");
        output.note(
          revokedAt === null
            ? `"${name}" manages ${slug} no longer.`
            : `"${name}" did not manage ${slug} any more.`,
        );
      }),
    );
}

function addList(enterprise: CommandUnknownOpts, deps: Deps): void {
  enterprise
    .command("list")
    .description("list which organization may manage which enterprise")
    .option("--org <id>", "only this organization's")
    .option("--all", "those that were revoked, too")
    .addHelpText("after", examples("enterprise list", "enterprise list --org org_01JZ… --all"))
    .action(({ org, all }) =>
      withStore(deps, async (store) => {
        if (org !== undefined) await requireOrganization(store, org);
        const grants = await store.enterpriseGrants.list(org);
        const items = grants
          .filter(({ revokedAt }) => all || revokedAt === null)
          .map(toEnterpriseGrantView);
        deps.output.list(
          items,
          {
            ID: ({ id }) => id,
            ENTERPRISE: ({ slug, enterpriseId }) => `${slug} (${enterpriseId})`,
            STATUS: ({ status }) => status,
            ORGANIZATION: ({ organizationId }) => organizationId,
            APPS: ({ clientIds }) => clientIds.join(" "),
            GRANTED: ({ createdAt }) => showTime(createdAt),
          },
          "No enterprises are granted: ladmin enterprise grant --help",
        );
      }),
    );
}
