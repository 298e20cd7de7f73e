import type { CallHeaders, Operation } from "@layers/contracts";
import type { AuthenticateKey } from "../keys/authenticate.ts";
import type { PortalUser, Principal } from "./principal.ts";

/** What a call shows of its caller. */
export interface Identification {
  readonly headers: CallHeaders;
  readonly remoteAddress: string;
}

/**
 * Finds out who calls an operation. Rejects with one `UNAUTHENTICATED` for everything that is wrong
 * with a credential, and for one of a kind that the operation does not know.
 */
export type Authenticate = (call: Identification, operation: Operation) => Promise<Principal>;

/** Finds out which portal user a session token or a session cookie belongs to. */
export interface Sessions {
  /** Whether the call brings a session and nothing that goes before it. */
  recognizes(headers: CallHeaders): boolean;
  authenticate(call: Identification, operation: Operation): Promise<PortalUser>;
}

export interface AuthenticateDeps {
  readonly keys: AuthenticateKey;
  /** Absent when the deployment has no portal. */
  readonly sessions?: Sessions | undefined;
}

/** Sends each call to those who know its kind of credential; an API key is what it is by default. */
export function createAuthenticate({ keys, sessions }: AuthenticateDeps): Authenticate {
  return (call, operation) => {
    if (operation.access.portal && sessions?.recognizes(call.headers))
      return sessions.authenticate(call, operation);
    const { authorization } = call.headers;
    return keys({ authorization, remoteAddress: call.remoteAddress });
  };
}
