/** Texts that judge no answer. A property may have the same name, so only texts are dropped. */
const prose = new Set([
  "description",
  "title",
  "summary",
  "example",
  "examples",
  "default",
  "x-github",
  "deprecated",
]);

/** A schema without its prose. */
export function strip(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => strip(entry));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => inProperties || !prose.has(name));
  return Object.fromEntries(
    kept.map(([name, entry]) => [name, strip(entry, name === "properties" && !inProperties)]),
  );
}

/** Names of the schemas that a value refers to. */
export const referencedBy = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
