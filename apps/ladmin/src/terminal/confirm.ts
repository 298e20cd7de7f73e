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
    const answer = await readAnswer(`${question} [y/N] `, { stdin, stderr });
    if (!/^y(?:es)?$/i.test(answer.trim()))
      throw new CommandError("FORBIDDEN", "Nothing was changed.");
  };
}

/** The line that is typed; nothing when the input ends first, for which `question` would wait on. */
async function readAnswer(
  question: string,
  { stdin, stderr }: Pick<Terminal, "stdin" | "stderr">,
): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  const ended = new AbortController();
  lines.once("close", () => ended.abort());
  try {
    return await lines.question(question, { signal: ended.signal });
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    return "";
  } finally {
    lines.close();
  }
}
