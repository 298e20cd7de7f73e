import type { Deps } from "../deps.ts";
import type { TokenFormat } from "../registration.ts";
import { dropExpired } from "./expiry.ts";
import type {
  EnterpriseInstallation,
  Installation,
  InstallationToken,
  Permissions,
  Repository,
} from "./model.ts";
import { digestOf, randomText, statelessToken } from "./secrets.ts";

const lifetimeMs = 60 * 60 * 1000;

export interface Grant {
  permissions: Permissions;
  repositories: Repository[] | null;
  format: TokenFormat;
}

type AnyInstallation = Installation | EnterpriseInstallation;

type TokenDeps = Pick<Deps, "store" | "now" | "randomBytes">;

/** `ghs_…` tokens: minted, found, revoked. Only their digests are kept. */
export function createInstallationTokens({ store, now, randomBytes }: TokenDeps) {
  function write({ id, appId }: AnyInstallation, format: TokenFormat, expiresAt: number) {
    if (format === "opaque") return `ghs_${randomText(randomBytes, 36)}`;
    return statelessToken(randomBytes, {
      appId,
      installationId: id,
      issuedAt: now(),
      expiresAt,
    });
  }

  function mint(installation: AnyInstallation, grant: Grant) {
    dropExpired(store.state.installationTokens, now());
    const expiresAt = now() + lifetimeMs;
    const text = write(installation, grant.format, expiresAt);
    const token: InstallationToken = {
      installationId: installation.id,
      permissions: grant.permissions,
      repositoryIds: grant.repositories?.map(({ id }) => id) ?? null,
      expiresAt,
    };
    store.state.installationTokens.set(digestOf(text), token);
    store.changed();
    return { text, expiresAt };
  }

  function find(text: string): InstallationToken | undefined {
    const token = store.state.installationTokens.get(digestOf(text));
    return token && token.expiresAt > now() ? token : undefined;
  }

  function revoke(text: string) {
    store.state.installationTokens.delete(digestOf(text));
    store.changed();
  }

  /** Milliseconds since it was minted. */
  const ageOf = ({ expiresAt }: InstallationToken) => now() - (expiresAt - lifetimeMs);

  return { mint, find, revoke, ageOf };
}
