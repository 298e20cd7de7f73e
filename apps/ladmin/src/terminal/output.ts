import { styleText } from "node:util";
import type { Failure } from "../failure.ts";
import type { Terminal } from "./terminal.ts";

/** Where results and remarks go: data to stdout, everything said about it to stderr. */
export interface Output {
  /** A result: the document for programs, or its text for people. */
  data(document: unknown, text: string): void;
  /** A remark, for people only. */
  note(sentence: string): void;
  /** A remark that a program's log should hold too. */
  warn(sentence: string): void;
  /** Help that was asked for. */
  help(text: string): void;
  /** Help for whoever did not say enough. */
  usage(text: string): void;
  fail(failure: Failure): void;
}

export interface OutputOptions extends Pick<Terminal, "stdout" | "stderr"> {
  readonly json: boolean;
}

export function createOutput({ json, stdout, stderr }: OutputOptions): Output {
  const printLine = (stream: NodeJS.WriteStream, text: string) => {
    if (text !== "") stream.write(`${text}\n`);
  };
  return {
    data: (document, text) => printLine(stdout, json ? JSON.stringify(document, null, 2) : text),
    note: (sentence) => {
      if (!json) printLine(stderr, sentence);
    },
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
