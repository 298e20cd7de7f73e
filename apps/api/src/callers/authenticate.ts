import { type CallHeaders, isGitHubCompatible, type Operation } from "@layers/contracts";
import type { AuthenticateKey } from "../keys/authenticate.ts";
import type { GitHubHolder, Identity, PortalUser, Stranger } from "./principal.ts";

/** What a call shows of its caller. */
export interface Identification {
  readonly headers: CallHeaders;
  readonly remoteAddress: string;
}

/**
 * Finds out who calls an operation. Rejects with one `UNAUTHENTICATED` for everything that is wrong
 * with a credential, and for one of a kind that the operation does not know.
 */
export type Authenticate = (call: Identification, operation: Operation) => Promise<Identity>;

/** Finds out which portal user a session token or a session cookie belongs to. */
export interface Sessions {
  /** Whether the call brings a session and nothing that goes before it. */
  recognizes(headers: CallHeaders): boolean;
  authenticate(call: Identification): Promise<PortalUser | Stranger>;
}

/** Finds out what a credential of GitHub's is worth here. */
export interface GitHubCredentials {
  /** Whether the call brings one. */
  recognizes(headers: CallHeaders): boolean;
  authenticate(call: Identification, operation: Operation): Promise<GitHubHolder>;
}

export interface AuthenticateDeps {
  readonly keys: AuthenticateKey;
  readonly githubCredentials: GitHubCredentials;
  /** Absent when the deployment has no portal. */
  readonly sessions?: Sessions | undefined;
}

/**
 * Sends each call to those who know its kind of credential; an API key is what it is by default. Routes
 * that stand in for GitHub's know every kind, so that who brings the wrong one is told of the right one.
 */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const { keys, sessions, githubCredentials } = deps;
  return (call, operation) => {
    const { headers, remoteAddress } = call;
    const knowsAll = isGitHubCompatible(operation);
    if (knowsAll && githubCredentials.recognizes(headers))
      return githubCredentials.authenticate(call, operation);
    if ((knowsAll || operation.access.portal) && sessions?.recognizes(headers))
      return sessions.authenticate(call);
    const authorization = knowsAll ? asBearer(headers.authorization) : headers.authorization;
    return keys({ authorization, remoteAddress });
  };
}

/** Octokit writes `token` before what is no JWT. */
const asBearer = (authorization: string | undefined): string | undefined =>
  authorization?.replace(/^token /i, "Bearer ");
