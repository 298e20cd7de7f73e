import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { requireOrganization } from "../lookups.ts";
import { withOperator } from "../session.ts";
import { toOrganizationView } from "../views/organization-view.ts";

/** `consent`: whether the install flow asks a person before it connects. */
export function addConsentCommands(program: CommandUnknownOpts, deps: Deps): void {
  const consent = program
    .command("consent")
    .description("whether install flows ask before they connect");
  const commands = { on: "ask before an install flow connects", off: "connect without asking" };
  for (const [name, description] of Object.entries(commands))
    consent
      .command(name)
      .description(description)
      .argument("<org>", "the organization's id")
      .addHelpText("after", examples(`consent ${name} org_01JZ…`))
      .action((id) => setConsent(deps, id, name === "on"));
}

const setConsent = (deps: Deps, id: string, required: boolean) =>
  withOperator(deps, async (operator, store) => {
    const { output } = deps;
    const { name } = await requireOrganization(store, id);
    await operator.setConsentRequired(id, required);
    output.data(toOrganizationView(await requireOrganization(store, id)), "");
    output.note(
      required
        ? `Install flows of "${name}" ask before they connect.`
        : `Install flows of "${name}" connect without asking: a forwarded link connects too.`,
    );
  });
