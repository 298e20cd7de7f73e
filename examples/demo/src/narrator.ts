import { styleText } from "node:util";

/** Tells a story on the terminal. */
export interface Narrator {
  /** Begins the next step. */
  step(title: string): void;
  /** What somebody does. */
  does(text: string): void;
  /** What came of it. */
  got(text: string): void;
  /** The step that is being told. */
  readonly current: string;
}

type Style = Parameters<typeof styleText>[0];

/** Tells it on a stream: in colours on a terminal, plainly elsewhere. */
export function createNarrator(stream: NodeJS.WriteStream): Narrator {
  let count = 0;
  let current = "Start";
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const say = (text: string) => stream.write(`${text}\n`);
  const indent = (text: string) => text.replaceAll(/^/gm, "     ").trimStart();
  return {
    step(title) {
      count += 1;
      current = `${count}. ${title}`;
      say(`\n${paint("bold", current)}`);
    },
    does: (text) => say(`  ${paint("cyan", "→")}  ${indent(shorten(text))}`),
    got: (text) => say(`  ${paint("green", "←")}  ${paint("dim", indent(shorten(text)))}`),
    get current() {
      return current;
    },
  };
}

/** Leaves enough of keys and tokens to tell them apart. */
const shorten = (text: string): string =>
  text.replaceAll(/((?:lp_test_|gh[su]_)[\w.-]{4})[\w.-]+/g, "$1…");
