/** The part of a command's help that shows it at work. */
export const examples = (...lines: readonly string[]): string =>
  ["", "Examples:", ...lines.map((line) => `  $ ladmin ${line}`)].join("\n");
