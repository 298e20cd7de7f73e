/** Markup that is safe to send. */
export interface Html {
  readonly markup: string;
}

type Value = string | Html | readonly Html[];

/** Writes markup; every value that is not markup itself is escaped. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  const rendered = parts.map((part, index) => part + toMarkup(values[index] ?? ""));
  return { markup: rendered.join("") };
}

function toMarkup(value: Value): string {
  if (typeof value === "string")
    return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}
