import { createInterface } from "node:readline/promises";
import { CommandError } from "../failure.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks before something is destroyed, unless `yes` was said on the command line.
 *
 * @throws {CommandError} when the answer is no, or when there is nobody to ask
 */
export type Confirm = (
  question: string,
  said: { readonly yes?: true | undefined },
) => Promise<void>;

export function createConfirm({ stdin, stderr }: Pick<Terminal, "stdin" | "stderr">): Confirm {
  return async (question, { yes }) => {
    if (yes) return;
    if (!stdin.isTTY || !stderr.isTTY)
      throw new CommandError("BAD_REQUEST", "Nobody can be asked here: confirm it with --yes.");
    const lines = createInterface({ input: stdin, output: stderr });
    const answer = await lines.question(`${question} [y/N] `).finally(() => lines.close());
    if (!/^y(?:es)?$/i.test(answer.trim()))
      throw new CommandError("FORBIDDEN", "Nothing was changed.");
  };
}
