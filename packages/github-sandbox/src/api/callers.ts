import type { Deps } from "../deps.ts";
import type {
  Access,
  Account,
  EnterpriseInstallation,
  Installation,
  InstallationToken,
  PersonalToken,
} from "../world/model.ts";
import { sameSecret } from "../world/secrets.ts";
import type { World } from "../world/world.ts";
import { verifyAppJwt } from "./app-jwt.ts";
import type { Credential } from "./credential.ts";
import {
  badCredentials,
  forbiddenToApps,
  forbiddenToPersonalTokens,
  GitHubError,
  mustAdministerRepository,
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

/** With the token of an installation on an enterprise. */
export interface EnterpriseCaller {
  kind: "enterprise";
  installation: EnterpriseInstallation;
  token: InstallationToken;
  text: string;
}

export interface UserCaller {
  kind: "user";
  user: Account;
  /** The App that acts for him. */
  appId: number;
}

/** A person by a token of his own making, `ghp_…` or `github_pat_…`: no App is involved. */
export interface PersonalCaller {
  kind: "personal";
  user: Account;
  token: PersonalToken;
}

/** The App by its client id and secret. */
export interface ClientCaller {
  kind: "client";
  clientId: string;
}

export interface Anonymous {
  kind: "anonymous";
}

export type Caller =
  | InstallationCaller
  | EnterpriseCaller
  | UserCaller
  | PersonalCaller
  | Anonymous;

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

  function installation(text: string): InstallationCaller | EnterpriseCaller {
    const token = world.installationTokens.find(text);
    const row = token && world.installations.ofAnyAppById(token.installationId);
    if (!row) throw badCredentials();
    if (row.suspension) throw suspended();
    return "enterpriseId" in row
      ? { kind: "enterprise", installation: row, token, text }
      : { kind: "installation", installation: row, token, text };
  }

  function user(text: string): UserCaller {
    const token = world.userTokens.find(text);
    const account = token && world.accounts.byId(token.userId);
    if (!account) throw badCredentials();
    return { kind: "user", user: account, appId: token.appId };
  }

  function personal(text: string): PersonalCaller {
    const token = world.personalTokens.find(text);
    const account = token && world.accounts.byId(token.userId);
    if (!account) throw badCredentials();
    return { kind: "personal", user: account, token };
  }

  function client({ kind, text }: Credential): ClientCaller {
    if (kind !== "basic") throw kind === "none" ? requiresAuthentication() : badCredentials();
    const [clientId = "", ...secret] = Buffer.from(text, "base64").toString().split(":");
    const own = deps.registration.app;
    if (clientId !== own.clientId || !sameSecret(secret.join(":"), own.clientSecret))
      throw badCredentials();
    return { kind: "client", clientId };
  }

  /** A JWT means nothing outside the App's own endpoints: PyGithub/PyGithub#2504. */
  function anyone({ kind, text }: Credential): Caller {
    if (kind === "none") return { kind: "anonymous" };
    if (kind === "ghs") return installation(text);
    if (kind === "ghu") return user(text);
    if (kind === "ghp" || kind === "github_pat") return personal(text);
    throw badCredentials();
  }

  return { app, anyone, client };
}

/** Why a caller of the wrong kind is turned away. */
export function refusalOf({ kind }: Caller, message?: string): GitHubError {
  if (kind === "anonymous") return requiresAuthentication();
  if (message !== undefined) return new GitHubError(403, message);
  return kind === "personal" ? forbiddenToPersonalTokens() : forbiddenToApps();
}

export const asApp: Guard<AppCaller> = (credential, callers) => callers.app(credential);

export const asClient: Guard<ClientCaller> = (credential, callers) => callers.client(credential);

export const asAnyone: Guard<Caller> = (credential, callers) => callers.anyone(credential);

/** @param refusal GitHub's 403 message for other tokens. */
export const asInstallation =
  (refusal: string): Guard<InstallationCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind === "installation") return caller;
    throw refusalOf(caller, refusal);
  };

/** An installation's token, wherever it is installed. @param refusal GitHub's 403 message for others. */
export const asAnyInstallation =
  (refusal: string): Guard<InstallationCaller | EnterpriseCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind === "installation" || caller.kind === "enterprise") return caller;
    throw refusalOf(caller, refusal);
  };

/** @param refusal GitHub's 403 message for other tokens, where it has one of its own. */
export const asUser =
  (refusal?: string): Guard<UserCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind === "user") return caller;
    throw refusalOf(caller, refusal);
  };

/** A person, through the App or by a token of his own. */
export const asPerson: Guard<UserCaller | PersonalCaller> = (credential, callers) => {
  const caller = callers.anyone(credential);
  if (caller.kind === "user" || caller.kind === "personal") return caller;
  throw refusalOf(caller);
};

const isClassic = ({ token }: PersonalCaller) =>
  token.kind === "classic" && token.scopes.includes("repo");

/** A classic personal token with the scope `repo`, and nothing else. */
export const asRepositoryOwner: Guard<PersonalCaller> = (credential, callers) => {
  const caller = callers.anyone(credential);
  if (caller.kind !== "personal") throw refusalOf(caller);
  if (isClassic(caller)) return caller;
  throw caller.token.kind === "classic" ? mustAdministerRepository() : refusalOf(caller);
};

/** As {@link asUser}; a classic personal token with the scope `repo` gets in too. */
export const asUserOrRepositoryOwner =
  (refusal: string): Guard<UserCaller | PersonalCaller> =>
  (credential, callers) => {
    const caller = callers.anyone(credential);
    if (caller.kind === "user" || (caller.kind === "personal" && isClassic(caller))) return caller;
    throw refusalOf(caller, refusal);
  };

export const asUserOrInstallation: Guard<UserCaller | InstallationCaller> = (
  credential,
  callers,
) => {
  const caller = callers.anyone(credential);
  if (caller.kind === "user" || caller.kind === "installation") return caller;
  throw refusalOf(caller);
};

const ranks: Record<Access, number> = { read: 1, write: 2, admin: 3 };

export function grants(granted: Access | undefined, wanted: Access): boolean {
  return granted !== undefined && ranks[granted] >= ranks[wanted];
}
