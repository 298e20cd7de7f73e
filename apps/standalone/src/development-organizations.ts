import type { Operator } from "@layers/api/admin";

/** The names of the development organizations. */
export const organizations = { own: "Gic Growth", other: "Another Partner" } as const;

/** The organization of this name, made if there is none. */
export async function ensureOrganization(operator: Operator, name: string): Promise<string> {
  const all = await operator.listOrganizations();
  const found = all.find((each) => each.name === name);
  return (found ?? (await operator.createOrganization(name))).id;
}
