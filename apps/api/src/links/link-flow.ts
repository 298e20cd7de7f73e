import type { KeyEnv } from "@layers/contracts";
import type { Store } from "@layers/storage";
import { z } from "zod";
import { checkReturnUrl } from "../attempts/return-url.ts";
import { auditLine } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { cookieCodec } from "../crypto/cookie-codec.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { GitHub, GitHubUser } from "../github/github.ts";
import { beginAuthorization, endAuthorization } from "../oauth/authorization.ts";
import type { SessionUser } from "../sessions/identify-user.ts";
import type { GitHubLinks } from "./github-links.ts";

export interface LinkFlowDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "authorizeUrl" | "exchangeCode" | "readUser">;
  readonly links: Pick<GitHubLinks, "link">;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly keyEnv: KeyEnv;
  readonly portalDomains: readonly string[];
  /** Where our own pages are, without a slash at the end. */
  readonly publicUrl: string;
}

/** What a browser carries through GitHub's authorization page. */
const LinkTrip = z.object({
  secret: z.string(),
  userId: z.string(),
  /** A session that a program holds does not come along with the browser. */
  presentedAs: z.enum(["bearer", "cookie"]),
  returnUrl: z.string().optional(),
});

const codecOf = ({ sealer }: Pick<LinkFlowDeps, "sealer">) => cookieCodec(sealer, "link", LinkTrip);
const redirectUriOf = ({ publicUrl }: LinkFlowDeps) => `${publicUrl}/github/link/callback`;

/** Where the browser goes, and the cookie with which it must come back. */
export interface LinkStart {
  readonly url: string;
  readonly flowId: string;
  readonly cookie: string;
}

/** Sends a portal user to say on GitHub who he is there. @throws as `checkReturnUrl` does. */
export async function beginLink(
  deps: LinkFlowDeps,
  { userId, presentedAs }: Pick<SessionUser, "userId" | "presentedAs">,
  returnUrl: string | undefined,
): Promise<LinkStart> {
  const { portalDomains: allowedReturnDomains, keyEnv } = deps;
  if (returnUrl !== undefined) checkReturnUrl(returnUrl, { allowedReturnDomains, keyEnv });
  const purpose = { attemptId: null, userId };
  const { url, flowId, secret } = await beginAuthorization(deps, purpose, redirectUriOf(deps));
  const cookie = codecOf(deps).write({
    secret,
    userId,
    presentedAs,
    ...(returnUrl !== undefined && { returnUrl }),
  });
  return { url, flowId, cookie };
}

/** What the browser came back with. */
export interface LinkReturn {
  readonly state: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly cookie: string | undefined;
  /** Whose session cookie the browser has, if it has a good one. */
  readonly sessionUserId: string | undefined;
}

/** How a trip ended. `stale`: it was not this browser's and this user's, or not in time. */
export interface LinkEnd {
  readonly outcome: "linked" | "declined" | "stale";
  /** Where the browser goes then; our own page tells when it is undefined. */
  readonly url?: string | undefined;
}

const stale: LinkEnd = { outcome: "stale" };

/** Ends the trip, once: links the account that the person authorized with. */
export async function finishLink(deps: LinkFlowDeps, back: LinkReturn): Promise<LinkEnd> {
  const trip = codecOf(deps).read(back.cookie);
  if (!trip || !isSameUser(trip, back.sessionUserId)) return stale;
  const { userId, returnUrl } = trip;
  const flow = await endAuthorization(deps, { secret: trip.secret, state: back.state });
  const memberships = await deps.store.members.listOfUser(userId);
  const isMember = memberships.some((each) => each.organizationSuspendedAt === null);
  if (flow?.userId !== userId || !isMember) return stale;
  if (back.error === "access_denied")
    return { outcome: "declined", url: returnUrl && withError(returnUrl) };
  const { code } = back;
  if (code === undefined) return stale;
  const { codeVerifier } = flow;
  const redirectUri = redirectUriOf(deps);
  const grant = await deps.github.exchangeCode({ code, codeVerifier, redirectUri });
  if (!grant) return stale;
  const user = await deps.github.readUser(grant.token);
  await deps.links.link(userId, user, grant);
  await tell(deps, userId, { action: "github.link", user });
  return { outcome: "linked", url: returnUrl };
}

/** The session that began must be the one that ends; one that no browser holds cannot come along. */
function isSameUser(
  { userId, presentedAs }: z.output<typeof LinkTrip>,
  sessionUserId: string | undefined,
): boolean {
  return sessionUserId === undefined ? presentedAs === "bearer" : sessionUserId === userId;
}

function withError(returnUrl: string): string {
  const url = new URL(returnUrl);
  url.searchParams.append("error", "access_denied");
  return url.href;
}

/** Forgets a user's link and its tokens. */
export async function removeLink(
  deps: Pick<LinkFlowDeps, "store" | "clock">,
  userId: string,
): Promise<void> {
  if (await deps.store.githubLinks.remove(userId))
    await tell(deps, userId, { action: "github.unlink" });
}

interface Told {
  readonly action: string;
  readonly user?: GitHubUser;
}

/** A link is the user's own; every organization that he acts for is told. */
async function tell(
  { store, clock }: Pick<LinkFlowDeps, "store" | "clock">,
  userId: string,
  { action, user }: Told,
): Promise<void> {
  const details = user && { githubUserId: user.id, login: user.login };
  for (const { organizationId } of await store.members.listOfUser(userId)) {
    const actor = { organizationId, actor: `user:${userId}` };
    const event = { action, target: userId, ...(details && { details }) };
    await store.audit.append(auditLine(clock, actor, event));
  }
}
