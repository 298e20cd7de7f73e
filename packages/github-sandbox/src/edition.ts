/**
 * Which GitHub it stands in for. `dotcom` is github.com, `ghec` is github.com with GitHub Enterprise
 * Cloud, `ghes-3.3` the last GitHub Enterprise Server that has content attachments.
 */
export const editions = ["dotcom", "ghec", "ghes-3.3"] as const;

export type Edition = (typeof editions)[number];

/** @throws {TypeError} for a name that is none of the editions. */
export function toEdition(name: string): Edition {
  const edition = editions.find((known) => known === name);
  if (edition) return edition;
  throw new TypeError(`There is no edition ${JSON.stringify(name)}; take ${editions.join(", ")}`);
}
