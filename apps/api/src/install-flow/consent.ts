import type { AttemptRow } from "@layers/storage";
import { z } from "zod";
import { auditLine } from "../audit.ts";
import { minutes } from "../clock.ts";
import { cookieCodec } from "../crypto/cookie-codec.ts";
import { randomToken, sha256 } from "../crypto/digest.ts";
import type { GitHubUser } from "../github/github.ts";
import { flowIdOf, tripMicroseconds } from "../oauth/authorization.ts";
import { settleIfOver } from "./begin-proof.ts";
import type { InstallFlowDeps } from "./deps.ts";
import { allowedReturnUrl, leave } from "./leave.ts";
import { approvalMicroseconds } from "./record-request.ts";
import type { Candidate, Step } from "./step.ts";
import { ConsentTicket, type Trip } from "./trip.ts";

const postMicroseconds = minutes(15);

/** Candidates as they are stored: by us, so the shape is only read back. */
const Candidates = z.array(z.custom<Candidate>((value) => typeof value === "object"));

interface Proven {
  readonly trip: Trip;
  readonly user: GitHubUser;
  readonly candidates: readonly Candidate[];
}

/** Shows what would be connected to whom, and waits for a click. */
export async function askConsent(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  proven: Proven,
): Promise<Step> {
  const { store, sealer, clock } = deps;
  const { trip, user, candidates } = proven;
  const skipped = await candidateWithoutConsent(deps, attempt, proven);
  if (skipped)
    return seal(deps, attempt, { candidate: skipped, githubUserId: user.id, ticket: trip });

  const organization = await store.organizations.find(attempt.organizationId);
  const returnUrl = await allowedReturnUrl(deps, attempt);
  if (!organization || !returnUrl) return { kind: "notice", notice: "return_url_not_allowed" };
  const token = randomToken(32);
  await store.consents.insert({
    tokenHash: sha256(token),
    attemptId: attempt.id,
    candidates: JSON.stringify(candidates),
    githubUserId: user.id,
    expiresAt: clock() + tripMicroseconds,
    consumedAt: null,
  });
  const { state, setupAction } = trip;
  return {
    kind: "consent",
    flowId: flowIdOf(token),
    cookie: cookieCodec(sealer, "consent", ConsentTicket).write({ token, state, setupAction }),
    token,
    organizationName: organization.name,
    githubLogin: user.login,
    candidates,
    returnOrigin: new URL(returnUrl).origin,
  };
}

/** An operator may switch the page off; then only what was installed for this very attempt skips it. */
async function candidateWithoutConsent(
  { store, github }: InstallFlowDeps,
  attempt: AttemptRow,
  { trip, candidates }: Proven,
): Promise<Candidate | undefined> {
  const [candidate] = candidates;
  const organization = await store.organizations.find(attempt.organizationId);
  if (!candidate || organization?.consentRequired !== 0) return undefined;
  if (trip.setupAction !== "install" || trip.installationId === undefined) return undefined;
  const installation = await github.findInstallation(candidate.installationId);
  // GitHub tells whole seconds.
  const attemptSecond = Math.floor(attempt.createdAt / 1_000_000) * 1000;
  return installation && installation.createdAt >= attemptSecond ? candidate : undefined;
}

/** The person's click. */
export interface ConsentClick {
  readonly token: string;
  /** Undefined when the person declined. */
  readonly installationId: number | undefined;
  readonly cookie: string | undefined;
}

/** What the consent page's cookie holds, if we made it. */
export const readTicket = (
  { sealer }: Pick<InstallFlowDeps, "sealer">,
  cookie: string | undefined,
): ConsentTicket | undefined => cookieCodec(sealer, "consent", ConsentTicket).read(cookie);

/** Takes the click: once, from the browser that was shown the page. */
export async function takeConsent(deps: InstallFlowDeps, click: ConsentClick): Promise<Step> {
  const { store, clock } = deps;
  const ticket = readTicket(deps, click.cookie);
  if (ticket?.token !== click.token) return { kind: "notice", notice: "stale_link" };
  const consent = await store.consents.consume(sha256(click.token), clock());
  const attempt = consent && (await store.attempts.find(consent.attemptId));
  if (!consent || !attempt) return { kind: "notice", notice: "stale_link" };
  const { state, setupAction } = ticket;
  if (click.installationId === undefined) {
    await store.attempts.fail(attempt.id, "access_denied", clock());
    return leave(deps, attempt, { state, error: "access_denied" });
  }
  const { installationId, ...arrival } = {
    installationId: click.installationId,
    state,
    setupAction,
  };
  const over = await settleIfOver(deps, attempt, { ...arrival, installationId });
  if (over) return over;
  const candidate = Candidates.parse(JSON.parse(consent.candidates)).find(
    (each) => each.installationId === installationId,
  );
  if (!candidate) return { kind: "notice", notice: "stale_link" };
  return seal(deps, attempt, { candidate, githubUserId: consent.githubUserId, ticket });
}

interface Sealing {
  readonly candidate: Candidate;
  readonly githubUserId: number;
  readonly ticket: Pick<ConsentTicket, "state" | "setupAction">;
}

/** Writes the proof into the attempt, once, and sends the browser to the partner. */
async function seal(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  { candidate, githubUserId, ticket }: Sealing,
): Promise<Step> {
  const { store, clock } = deps;
  const { installationId, account, proofKind } = candidate;
  const now = clock();
  const life = attempt.status === "requested" ? approvalMicroseconds : postMicroseconds;
  const sealed = await store.transaction(async (tx) => {
    const proof = {
      installationId,
      accountId: account.id,
      accountLogin: account.login,
      githubUserId,
      proofKind,
      provenAt: now,
      expiresAt: now + life,
    };
    if (!(await tx.attempts.seal(attempt.id, proof, now))) return false;
    const { organizationId } = attempt;
    const actor = { organizationId, actor: `github:${githubUserId}` };
    const details = { attemptId: attempt.id, login: account.login, proofKind };
    const event = { action: "installation.prove", target: String(installationId), details };
    await tx.audit.append(auditLine(clock, actor, event));
    return true;
  });
  const { state, setupAction = "install" } = ticket;
  if (sealed) return leave(deps, attempt, { state, installationId, setupAction });
  const current = await store.attempts.find(attempt.id);
  const over = current && (await settleIfOver(deps, current, { ...ticket, installationId }));
  return over ?? { kind: "notice", notice: "stale_link" };
}
