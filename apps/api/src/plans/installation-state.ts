import type { WantedInstallation } from "@layers/contracts";

/** One App on one organization of an enterprise. */
export interface Place {
  readonly organization: string;
  readonly clientId: string;
}

/** An App's installation on an organization, as GitHub shows it. */
export interface ObservedInstallation {
  readonly installationId: number;
  readonly repositorySelection: "all" | "selected";
  /** Names without the owner; empty with `all`. */
  readonly repositories: readonly string[];
}

/** What an App shall reach where it is wanted. */
export type Wanted = Readonly<Pick<WantedInstallation, "repositorySelection" | "repositories">>;

/** GitHub does not tell names apart by their case. */
const fold = (name: string): string => name.toLowerCase();

/** The names that are in `names` and not in `others`, each once. */
export function without(names: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others.map(fold));
  return names.filter((name) => !known.has(fold(name)) && known.add(fold(name)));
}
