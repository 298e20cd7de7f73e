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

type TokenDeps = Pick<Deps, "store" | "registration" | "now" | "randomBytes">;

/** `ghs_…` tokens: minted, found, revoked. Only their digests are kept. */
export function createInstallationTokens({ store, registration, now, randomBytes }: TokenDeps) {
  function write(installationId: number, format: TokenFormat, expiresAt: number) {
    if (format === "opaque") return `ghs_${randomText(randomBytes, 36)}`;
    return statelessToken(randomBytes, {
      appId: registration.app.id,
      installationId,
      issuedAt: now(),
      expiresAt,
    });
  }

  function mint(installation: Installation | EnterpriseInstallation, grant: Grant) {
    dropExpired(store.state.installationTokens, now());
    const expiresAt = now() + lifetimeMs;
    const text = write(installation.id, grant.format, expiresAt);
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

  return { mint, find, revoke };
}
