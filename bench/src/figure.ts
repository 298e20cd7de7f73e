import { summarize } from "./statistics.ts";

/** One comparison: what was measured in every round, as a ratio or in a unit. */
export interface Figure {
  readonly what: string;
  /** What it stands beside. */
  readonly over: string;
  readonly values: readonly number[];
  /** Whether more or less of it is better. */
  readonly best: "most" | "least";
  /** Printed behind the value, such as `×` or ` µs`. */
  readonly unit?: string;
  readonly target?: number;
  readonly stretch?: number;
}

/** The outcome of one goal. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Markdown below the table: absolute figures, and what was measured exactly. */
  readonly details: string;
}

export function sectionToMarkdown({ title, figures, details }: Section): string {
  return `## ${title}

| what | beside | target / stretch | median | half of the rounds in | |
|---|---|---|---|---|---|
${figures.map(toRow).join("\n")}

${details}`;
}

function toRow(figure: Figure): string {
  const { what, over, target, stretch, unit = "" } = figure;
  const { median, lower, upper } = summarize(figure.values);
  const goal = target === undefined ? "" : `${target} / ${stretch}${unit}`;
  const range = `${digits(lower)} to ${digits(upper)}`;
  return `| ${what} | ${over} | ${goal} | **${digits(median)}${unit}** | ${range} | ${verdict(figure, median)} |`;
}

function verdict({ target, stretch, best }: Figure, median: number): string {
  const holds = (goal: number) => (best === "most" ? median >= goal : median <= goal);
  if (target === undefined || stretch === undefined) return "";
  return holds(stretch) ? "stretch" : holds(target) ? "target" : "not yet";
}

/** Three digits that mean something. */
export const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
