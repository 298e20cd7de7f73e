import type { Deps } from "../deps.ts";
import type { Access, Account, Installation, InstallationToken } from "../world/model.ts";
import type { World } from "../world/world.ts";
import { verifyAppJwt } from "./app-jwt.ts";
import type { Credential } from "./credential.ts";
import {
  badCredentials,
  forbiddenToApps,
  GitHubError,
  requiresAuthentication,
  restDocs,
} from "./github-error.ts";

export interface AppCaller {
  kind: "app";
}

export interface InstallationCaller {
  kind: "installation";
  installation: Installation;
  token: InstallationToken;
  text: string;
}

export interface UserCaller {
  kind: "user";
  user: Account;
}

export interface Anonymous {
  kind: "anonymous";
}

type Caller = InstallationCaller | UserCaller | Anonymous;

/** Turns a credential into the caller that an endpoint is for, or refuses it. */
export type Guard<C> = (credential: Credential, callers: Callers) => C | Promise<C>;

export type Callers = ReturnType<typeof createCallers>;

export const suspended = () => new GitHubError(403, "This installation has been suspended");

export function createCallers(deps: Deps, world: World) {
  async function app({ kind, text }: Credential): Promise<AppCaller> {
    if (kind !== "jwt")
      throw new GitHubError(401, "A JSON web token could not be decoded", restDocs);
    await verifyAppJwt(text, deps.registration.app, deps.now());
    return { kind: "app" };
  }

  function installation(text: string): InstallationCaller {
    const token = world.installationTokens.find(text);
    const row = token && world.installations.byId(token.installationId);
    if (!row) throw badCredentials();
    if (row.suspension) throw suspended();
    return { kind: "installation", installation: row, token, text };
  }

  function user(text: string): UserCaller {
    const account = world.accounts.byId(world.userTokens.find(text)?.userId ?? 0);
    if (!account) throw badCredentials();
    return { kind: "user", user: account };
  }

  /** A JWT means nothing outside the App's own endpoints: PyGithub/PyGithub#2504. */
  function anyone({ kind, text }: Credential): Caller {
    if (kind === "none") return { kind: "anonymous" };
    if (kind === "ghs") return installation(text);
    if (kind === "ghu") return user(text);
    throw badCredentials();
  }

  return { app, anyone };
}

export const asApp: Guard<AppCaller> = (credential, callers) => callers.app(credential);

export const asAnyone: Guard<Caller> = (credential, callers) => callers.anyone(credential);

/** @param refusal GitHub's 403 message for other tokens. */
export const asInstallation =
  (refusal: string): Guard<InstallationCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind === "installation") return caller;
    throw caller.kind === "anonymous" ? requiresAuthentication() : new GitHubError(403, refusal);
  };

/** @param refusal GitHub's 403 message for other tokens. */
export const asUser =
  (refusal?: string): Guard<UserCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind === "user") return caller;
    if (caller.kind === "anonymous") throw requiresAuthentication();
    throw refusal ? new GitHubError(403, refusal) : forbiddenToApps();
  };

export const asUserOrInstallation: Guard<UserCaller | InstallationCaller> = (
  credential,
  callers,
) => {
  const caller = callers.anyone(credential);
  if (caller.kind === "anonymous") throw requiresAuthentication();
  return caller;
};

const ranks: Record<Access, number> = { read: 1, write: 2, admin: 3 };

export function grants(granted: Access | undefined, wanted: Access): boolean {
  return granted !== undefined && ranks[granted] >= ranks[wanted];
}
