import { parseArgs } from "node:util";
import type { Effort } from "./effort.ts";

export interface Options extends Effort {
  /** Such as `P1`; all of them when empty. */
  readonly goals: readonly string[];
}

/** Reads the command line. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: "string" }, seconds: { type: "string" } },
  });
  const count = (text: string | undefined, fallback: number) => {
    const number = Number(text ?? fallback);
    if (!(number >= 1 && number <= 100)) throw new Error(`Expected 1 to 100, not ${text}.`);
    return number;
  };
  return {
    goals: positionals.map((goal) => goal.toUpperCase()),
    rounds: count(values.rounds, 7),
    seconds: count(values.seconds, 3),
  };
}
