import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { parseDomains } from "@layers/api/admin";
import type { Deps } from "../deps.ts";
import { naming } from "../domain-refusal.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireKey } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";

/** `domain`: where the install flows of a key may return to. */
export function addDomainCommands(program: CommandUnknownOpts, deps: Deps): void {
  const domain = program
    .command("domain")
    .description("domains that a key's install flows may lead back to");
  addAdd(domain, deps);
  addRemove(domain, deps);
  addList(domain, deps);
}

const print = ({ output }: Deps, apiKeyId: string, items: readonly string[]) =>
  output.data({ apiKeyId, items }, items.join("\n"));

function addAdd(domain: CommandUnknownOpts, deps: Deps): void {
  domain
    .command("add")
    .description("allow a domain and print the key's domains")
    .argument("<key>", "the key's id")
    .argument("<domain>", "host, *.host or host:port; for test keys http://127.0.0.1:port too")
    .addHelpText(
      "after",
      examples(
        "domain add key_01JZ… app.example.com",
        "domain add key_01JZ… '*.preview.example.com'",
      ),
    )
    .action((reference, entry) =>
      withOperator(deps, async (operator, store) => {
        const { id } = await requireKey(store, reference);
        print(deps, id, await naming([entry], operator.addDomain(id, entry)));
      }),
    );
}

function addRemove(domain: CommandUnknownOpts, deps: Deps): void {
  domain
    .command("remove")
    .description("no longer allow a domain, and print the key's domains")
    .argument("<key>", "the key's id")
    .argument("<domain>", "the entry as `ladmin domain list` shows it")
    .addHelpText("after", examples("domain remove key_01JZ… app.example.com"))
    .action((reference, entry) =>
      withOperator(deps, async (operator, store) => {
        const { id } = await requireKey(store, reference);
        const domains = await operator.listDomains(id);
        if (!domains.includes(entry))
          throw new CommandError(
            "NOT_FOUND",
            `"${entry}" is none of the key's domains: \`ladmin domain list ${id}\` shows them.`,
          );
        print(deps, id, await operator.removeDomain(id, entry));
      }),
    );
}

function addList(domain: CommandUnknownOpts, deps: Deps): void {
  domain
    .command("list")
    .description("list a key's domains")
    .argument("<key>", "the key's id")
    .addHelpText("after", examples("domain list key_01JZ…"))
    .action((reference) =>
      withStore(deps, async (store) => {
        const { id, allowedReturnDomains } = await requireKey(store, reference);
        const domains = parseDomains(allowedReturnDomains);
        print(deps, id, domains);
        if (domains.length === 0)
          deps.output.note(`No domains yet: ladmin domain add ${id} <domain>`);
      }),
    );
}
