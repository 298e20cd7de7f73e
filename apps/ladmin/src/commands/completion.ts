import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { examples } from "../examples.ts";

const name = "completion";

/** `completion`: scripts for the shells. Comes last: it describes the commands that are there. */
export function addCompletionCommand(program: CommandUnknownOpts): void {
  // The same class, without the extra types.
  tab(program as unknown as Parameters<typeof tab>[0], { completionCommandName: name });
  program.commands
    .find((command) => command.name() === name)
    ?.description("print a script that lets a shell complete commands")
    .addHelpText("after", examples("completion bash > ~/.ladmin.bash", "completion zsh"));
}
