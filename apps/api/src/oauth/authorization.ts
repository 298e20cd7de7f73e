import type { OauthFlowRow, Store } from "@layers/storage";
import { type Clock, minutes } from "../clock.ts";
import { randomToken, sha256 } from "../crypto/digest.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { GitHub } from "../github/github.ts";

export interface AuthorizationDeps {
  readonly store: Pick<Store, "oauthFlows">;
  readonly github: Pick<GitHub, "authorizeUrl">;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** How long a browser may take for its trip through GitHub's authorization page. */
export const tripMicroseconds = minutes(10);

/** What a trip is for; one of them is null. */
export type Purpose = Pick<OauthFlowRow, "attemptId" | "userId">;

export interface Authorization {
  /** The page on which the person lets us read who he is. */
  readonly url: string;
  /** Names the trip's cookie. */
  readonly flowId: string;
  /** Belongs into that cookie, which alone can end the trip. */
  readonly secret: string;
}

/** Starts a trip: 256 random bits of state, kept as a hash, and a PKCE verifier, kept encrypted. */
export async function beginAuthorization(
  { store, github, sealer, clock }: AuthorizationDeps,
  purpose: Purpose,
  redirectUri: string,
): Promise<Authorization> {
  const state = randomToken(32);
  const verifier = randomToken(48);
  const secret = randomToken(32);
  await store.oauthFlows.insert({
    ...purpose,
    stateHash: sha256(state),
    cookieHash: sha256(secret),
    verifier: sealer.seal(verifier, contextOf(purpose)),
    expiresAt: clock() + tripMicroseconds,
    consumedAt: null,
  });
  const codeChallenge = sha256(verifier).toString("base64url");
  const url = github.authorizeUrl({ state, codeChallenge, redirectUri });
  return { url, flowId: flowIdOf(state), secret };
}

/** A trip that has ended, with what its code can be exchanged by. */
export interface Return extends Purpose {
  readonly codeVerifier: string;
}

/** Ends a trip: once, in time, with the secret of its cookie. */
export async function endAuthorization(
  { store, sealer, clock }: Omit<AuthorizationDeps, "github">,
  { state, secret }: { readonly state: string; readonly secret: string },
): Promise<Return | undefined> {
  const hashes = { stateHash: sha256(state), cookieHash: sha256(secret) };
  const flow = await store.oauthFlows.consume(hashes, clock());
  return flow && { ...flow, codeVerifier: sealer.open(flow.verifier, contextOf(flow)) };
}

const contextOf = ({ attemptId, userId }: Purpose): string => attemptId ?? `user ${userId}`;

/** Names a flow's cookie, so that several tabs can be under way. */
export const flowIdOf = (token: string): string => sha256(token).toString("hex").slice(0, 16);
