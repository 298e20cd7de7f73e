import type { contract, HealthCheck, InstallationHealth, Permissions } from "@layers/contracts";
import { AppError } from "@layers/contracts";
import type { BindingRow, Store } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { Handlers } from "../context.ts";
import type { GitHub, GitHubInstallation } from "../github/github.ts";
import { toSight } from "../lifecycle/refresh-installation.ts";
import type { TokenVault } from "../tokens/token-vault.ts";
import { observe } from "./observe.ts";

export interface HealthDeps {
  readonly store: Store;
  readonly github: GitHub;
  readonly vault: Pick<TokenVault, "get" | "replace">;
  readonly clock: Clock;
}

type Health = Pick<Handlers<typeof contract.github>, "installationHealth">;

const toleratedSkewSeconds = 30;
const ok = (name: HealthCheck["name"]): HealthCheck => ({ name, ok: true });

/** Looks at GitHub now, writes what it sees into our row and says what is wrong. */
export function createInstallationHealth(deps: HealthDeps): Health {
  return {
    async installationHealth({ context }): Promise<InstallationHealth> {
      const { store, github } = deps;
      const binding = await store.bindings.findShown(context.principal.organizationId);
      if (!binding) throw new AppError("NOT_FOUND");
      const app = await github.readApp();
      const installation = await github.findInstallation(binding.installationId);
      await observe(deps, binding, toSight(installation));
      const checks = [
        checkClock(app.date, deps.clock()),
        checkExists(installation),
        ...(installation ? checkGrant(installation, app.permissions) : []),
        ...(installation && !installation.suspended
          ? await checkUse(deps, binding, installation.settingsUrl)
          : []),
      ];
      return { healthy: checks.every((check) => check.ok), checks };
    },
  };
}

function checkExists(installation: GitHubInstallation | undefined): HealthCheck {
  if (installation) return ok("exists");
  return { name: "exists", ok: false, reason: "The App is not installed on GitHub any more." };
}

function checkGrant(installation: GitHubInstallation, asked: Permissions): HealthCheck[] {
  const { suspended, permissions, settingsUrl } = installation;
  const missing = Object.keys(asked).filter(
    (name) => !isEnterprises(name) && !isGranted(permissions[name], asked[name]),
  );
  return [
    suspended
      ? {
          name: "not_suspended",
          ok: false,
          reason: "An owner of the account suspended the installation.",
          fixUrl: settingsUrl,
        }
      : ok("not_suspended"),
    missing.length > 0
      ? {
          name: "permissions_granted",
          ok: false,
          reason: `An owner must accept new permissions: ${missing.join(", ")}.`,
          fixUrl: `${settingsUrl}/permissions/update`,
        }
      : ok("permissions_granted"),
  ];
}

/** Only an enterprise can grant it, and only to an installation on itself. */
const isEnterprises = (permission: string) => permission.startsWith("enterprise_");

const levels = ["read", "write", "admin"];
const isGranted = (granted: string | undefined, asked: string | undefined): boolean =>
  granted !== undefined && levels.indexOf(granted) >= levels.indexOf(asked ?? "read");

/** What can only be seen with a token of the installation. */
async function checkUse(
  { github, vault }: HealthDeps,
  binding: BindingRow,
  settingsUrl: string,
): Promise<HealthCheck[]> {
  let minted = await tryMint(vault, binding);
  if (typeof minted === "string")
    return [{ name: "token_can_be_minted", ok: false, reason: minted, fixUrl: settingsUrl }];
  const { installationId } = binding;
  const page = { page: 1, perPage: 1, installationId };
  let repositories = await github.listRepositories(minted.token, page);
  if (repositories.kind === "token_refused") {
    minted = await vault.replace(binding, {}, minted);
    repositories = await github.listRepositories(minted.token, page);
  }
  const limit = await github.readRateLimit(minted.token);
  const hasRepositories = repositories.kind === "page" && repositories.total > 0;
  return [
    ok("token_can_be_minted"),
    hasRepositories
      ? ok("repositories_selected")
      : {
          name: "repositories_selected",
          ok: false,
          reason: "The installation has access to no repository.",
          fixUrl: settingsUrl,
        },
    limit.remaining > 0
      ? ok("rate_limit_left")
      : {
          name: "rate_limit_left",
          ok: false,
          reason: `GitHub takes no more calls until ${new Date(limit.resetAt).toISOString()}.`,
        },
  ];
}

async function tryMint(vault: HealthDeps["vault"], binding: BindingRow) {
  try {
    return await vault.get(binding, {});
  } catch (error) {
    if (error instanceof AppError) return error.envelope.error;
    throw error;
  }
}

function checkClock(date: number | undefined, now: number): HealthCheck {
  const skew = date === undefined ? 0 : Math.round((date - now / 1000) / 1000);
  if (Math.abs(skew) <= toleratedSkewSeconds) return ok("clock_in_step");
  const reason = `Our clock and GitHub's are ${Math.abs(skew)} s apart.`;
  return { name: "clock_in_step", ok: false, reason };
}
