import { AppError } from "@layers/contracts";
import type { BindingRow, Sight, Store } from "@layers/storage";
import type { GitHub, GitHubInstallation } from "../github/github.ts";
import { type RefreshInstallation, toSight } from "../lifecycle/refresh-installation.ts";

export interface ReconcileDeps {
  readonly store: Pick<Store, "bindings">;
  readonly github: Pick<GitHub, "host" | "appId" | "readApp" | "listInstallations">;
  readonly refreshInstallation: RefreshInstallation;
}

/** A binding that shows something else than GitHub does. */
export interface Drift {
  readonly binding: BindingRow;
  readonly seen: Sight;
}

export interface ReconcileOptions {
  /** Looks only. */
  readonly dryRun?: boolean;
  /** Ends bindings however many they are. */
  readonly force?: boolean;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Reconciled {
  /** How many bindings were compared. */
  readonly compared: number;
  readonly drift: readonly Drift[];
}

/** So many bindings would end that something else must be wrong. */
export class TooManyEnds extends Error {
  override readonly name = "TooManyEnds";
  constructor(ends: number, compared: number) {
    super(`${ends} of ${compared} bindings would end.`);
  }
}

const harmlessEnds = 10;
const harmlessPart = 0.02;

/**
 * Compares all bindings with GitHub's list of installations. The list is read over many pages, so that it
 * is a hint as well: each installation that differs is asked for once more before anything is written.
 *
 * @throws {TooManyEnds} before anything is written
 */
export async function reconcile(
  deps: ReconcileDeps,
  { dryRun = false, force = false, onProgress = () => undefined }: ReconcileOptions = {},
): Promise<Reconciled> {
  const { store, github, refreshInstallation } = deps;
  const { host, appId } = github;
  await requireOwnApp(deps);
  const bindings = await store.bindings.listActive({ host, appId });
  const installations = await readAll(github);
  const drift = bindings.flatMap((binding) => {
    const seen = toSight(installations.get(binding.installationId));
    return isSame(binding, seen) ? [] : [{ binding, seen }];
  });
  const ends = drift.filter(({ seen }) => seen.status === "uninstalled").length;
  const isTooMuch = ends > harmlessEnds && ends > bindings.length * harmlessPart;
  if (dryRun) return { compared: bindings.length, drift };
  if (isTooMuch && !force) throw new TooManyEnds(ends, bindings.length);
  for (const [index, { binding }] of drift.entries()) {
    await refreshInstallation(binding.installationId);
    onProgress({ done: index + 1, total: drift.length });
  }
  return { compared: bindings.length, drift };
}

const isSame = (binding: BindingRow, { status, accountLogin }: Sight): boolean =>
  binding.status === status &&
  (accountLogin === undefined || accountLogin === binding.accountLogin);

/** Another App's key would make every installation look uninstalled. */
async function requireOwnApp({ github }: ReconcileDeps): Promise<void> {
  const { id } = await github.readApp();
  if (String(id) === github.appId) return;
  const cause = new Error(`GitHub takes us for App ${id}, not ${github.appId}.`);
  throw new AppError("GITHUB_UNAVAILABLE", { cause });
}

async function readAll({ listInstallations }: ReconcileDeps["github"]) {
  const all = new Map<number, GitHubInstallation>();
  for (let page = 1, isLast = false; !isLast; page++) {
    const found = await listInstallations(page);
    for (const installation of found.items) all.set(installation.id, installation);
    ({ isLast } = found);
  }
  return all;
}
