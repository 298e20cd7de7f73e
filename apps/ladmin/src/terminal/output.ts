import { styleText } from "node:util";
import type { Failure } from "../failure.ts";
import { type Columns, toTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** Where results and remarks go: data to stdout, everything said about it to stderr. */
export interface Output {
  /** A result: the document for programs, or its text for people. */
  data(document: unknown, text: string): void;
  /** A list, or for people a sentence that there is none. */
  list<T>(items: readonly T[], columns: Columns<T>, none: string): void;
  /** One of a stream of results: the document on one line, or its text. */
  line(document: unknown, text: string): void;
  /** A remark, for people only. */
  note(sentence: string): void;
  /** A remark that a program's log should hold too. */
  warn(sentence: string): void;
  /** Text for people in a colour, where stdout shows colours. */
  paint(style: Style, text: string): string;
  /** Help that was asked for. */
  help(text: string): void;
  /** Help for whoever did not say enough. */
  usage(text: string): void;
  fail(failure: Failure): void;
}

type Style = Parameters<typeof styleText>[0];

export interface OutputOptions extends Pick<Terminal, "stdout" | "stderr"> {
  readonly json: boolean;
}

export function createOutput({ json, stdout, stderr }: OutputOptions): Output {
  const printLine = (stream: NodeJS.WriteStream, text: string) => {
    if (text !== "") stream.write(`${text}\n`);
  };
  const paint: Output["paint"] = (style, text) => styleText(style, text, { stream: stdout });
  const data: Output["data"] = (document, text) =>
    printLine(stdout, json ? JSON.stringify(document, null, 2) : text);
  const note: Output["note"] = (sentence) => {
    if (!json) printLine(stderr, sentence);
  };
  return {
    data,
    note,
    paint,
    list(items, columns, none) {
      const [heading = "", ...lines] = toTable(items, columns).split("\n");
      data({ items }, items.length > 0 ? [paint("bold", heading), ...lines].join("\n") : "");
      if (items.length === 0) note(none);
    },
    line: (document, text) => printLine(stdout, json ? JSON.stringify(document) : text),
    warn: (sentence) => printLine(stderr, styleText("yellow", sentence, { stream: stderr })),
    help: (text) => void stdout.write(text),
    usage: (text) => void stderr.write(text),
    fail({ envelope, hint }) {
      if (json) return printLine(stderr, JSON.stringify(envelope));
      const label = styleText("red", "error:", { stream: stderr });
      printLine(stderr, `${label} ${envelope.error}${hint ? `\n${hint}` : ""}`);
    },
  };
}
