import CliTable from "cli-table3";

/** What a column shows of each item, under a heading. */
export type Columns<T> = Readonly<Record<string, (item: T) => string>>;

const noLines = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((part) => [`${side}${part}`, ""]),
  ),
);

/** Aligned columns under their headings; nothing for no items. */
export function toTable<T>(items: readonly T[], columns: Columns<T>): string {
  if (items.length === 0) return "";
  const cells = items.map((item) => Object.values(columns).map((read) => read(item)));
  return align([Object.keys(columns), ...cells]);
}

/** One thing's fields below each other. */
export const toFields = (fields: Readonly<Record<string, string>>): string =>
  align(Object.entries(fields));

function align(rows: readonly (readonly string[])[]): string {
  const style = { "padding-left": 0, "padding-right": 0, head: [], border: [] };
  const table = new CliTable({ chars: { ...noLines, middle: "   " }, style });
  table.push(...rows.map((row) => row.map(toVisible)));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Names come from outside: none of them may move the cursor. */
export const toVisible = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "�");

/** Writes a time of a document for people, such as `2026-04-18 19:29:09Z`. */
export const showTime = (time: string | null): string =>
  time === null ? "-" : time.replace("T", " ").replace(/\.\d+/, "");
