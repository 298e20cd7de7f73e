import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { Tier } from "@layers/contracts";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { requireKey } from "../lookups.ts";
import { withOperator } from "../session.ts";
import { toKeyView } from "../views/key-view.ts";

/** `tier`: how many calls a minute a key may make. */
export function addTierCommands(program: CommandUnknownOpts, deps: Deps): void {
  const { output, clock } = deps;
  const tier = program.command("tier").description("how many calls a minute a key may make");
  tier
    .command("set")
    .description("put a key into another tier, within a second")
    .argument("<key>", "the key's id")
    .addArgument(new Argument("<tier>", "the tier").choices(Tier.options))
    .addHelpText("after", examples("tier set key_01JZ… partner"))
    .action((reference, wanted) =>
      withOperator(deps, async (operator, store) => {
        const { id, name } = await requireKey(store, reference);
        await operator.setTier(id, wanted);
        const view = await toKeyView(await requireKey(store, id), { store, now: clock() });
        output.data(view, "");
        output.note(`"${name}" is in tier ${wanted}.`);
      }),
    );
}
