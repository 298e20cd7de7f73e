import { CommanderError } from "commander";
import { exitCodes, toFailure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { createConfirm } from "./terminal/confirm.ts";
import { createOutput } from "./terminal/output.ts";
import { createShowProgress } from "./terminal/progress.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Runs one command line, without the program's name, and returns the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const end = args.indexOf("--");
  const json = (end === -1 ? args : args.slice(0, end)).includes("--json");
  const output = createOutput({ ...terminal, json });
  const { env, clock, stdin } = terminal;
  const program = createProgram({
    env,
    clock,
    stdin,
    output,
    confirm: createConfirm(terminal),
    showProgress: createShowProgress({ ...terminal, json }),
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    if (error instanceof CommanderError && error.code === "commander.help") return exitCodes.usage;
    const failure = toFailure(error);
    output.fail(failure);
    return failure.exitCode;
  }
}
