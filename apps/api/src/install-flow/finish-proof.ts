import type { AttemptReason } from "@layers/contracts";
import type { AttemptRow } from "@layers/storage";
import { cookieCodec } from "../crypto/cookie-codec.ts";
import { endAuthorization } from "../oauth/authorization.ts";
import { settleIfOver } from "./begin-proof.ts";
import { askConsent } from "./consent.ts";
import { type InstallFlowDeps, oauthRedirectUri } from "./deps.ts";
import { type LeaveError, leave } from "./leave.ts";
import { type Person, type Proof, prove } from "./prove.ts";
import { recordRequest } from "./record-request.ts";
import type { Candidate, Step } from "./step.ts";
import { Trip } from "./trip.ts";

/** What the browser came back from GitHub's authorization page with. */
export interface OauthReturn {
  readonly oauthState: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly cookie: string | undefined;
}

const stale: Step = { kind: "notice", notice: "stale_link" };

/** What a trip's cookie holds, if we made it. */
export const readTrip = ({ sealer }: Pick<InstallFlowDeps, "sealer">, cookie: string | undefined) =>
  cookieCodec(sealer, "trip", Trip).read(cookie);

/** Ends the OAuth leg: learns who the person is and what he administers. */
export async function finishProof(deps: InstallFlowDeps, back: OauthReturn): Promise<Step> {
  const trip = readTrip(deps, back.cookie);
  const flow = trip && (await endAuthorization(deps, { ...trip, state: back.oauthState }));
  if (!trip || flow?.attemptId !== trip.attemptId) return stale;
  const attempt = await deps.store.attempts.find(trip.attemptId);
  if (!attempt) return stale;
  const over = await settleIfOver(deps, attempt, trip);
  if (over) return over;
  if (back.error === "access_denied")
    return refuse(deps, attempt, { trip, reason: "access_denied" });
  if (back.code === undefined) return stale;
  const person = await identify(deps, back.code, flow.codeVerifier);
  if (!person) return stale;
  if (trip.setupAction === "request" && trip.installationId === undefined)
    return recordRequest(deps, attempt, { trip, user: person.user });
  return decide(deps, attempt, { trip, person });
}

async function identify(
  deps: InstallFlowDeps,
  code: string,
  codeVerifier: string,
): Promise<Person | undefined> {
  const { github } = deps;
  const redirectUri = oauthRedirectUri(deps);
  const grant = await github.exchangeCode({ code, codeVerifier, redirectUri });
  return grant && { user: await github.readUser(grant.token), token: grant.token };
}

interface Visit {
  readonly trip: Trip;
  readonly person: Person;
}

async function decide(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  { trip, person }: Visit,
): Promise<Step> {
  const proofs = await collectProofs(deps, trip, person);
  const proven = proofs.flatMap((proof) => (proof.kind === "proven" ? [proof.candidate] : []));
  const free: Candidate[] = [];
  for (const candidate of proven)
    if (!(await isBoundElsewhere(deps, attempt, candidate))) free.push(candidate);
  if (free.length > 0)
    return askConsent(deps, attempt, { trip, user: person.user, candidates: free });
  if (proven.length > 0) return connectedElsewhere(deps, attempt, trip);
  const reasons = proofs.flatMap((proof) => (proof.kind === "refused" ? [proof.reason] : []));
  const telling = reasons.find((reason) => reason !== "not_proven");
  return refuse(deps, attempt, { trip, reason: telling ?? "not_proven" });
}

async function collectProofs(
  { github }: InstallFlowDeps,
  trip: Trip,
  person: Person,
): Promise<Proof[]> {
  const installations =
    trip.installationId === undefined
      ? await github.listUserInstallations(person.token)
      : [await github.findInstallation(trip.installationId)];
  const proofs: Proof[] = [];
  for (const installation of installations) proofs.push(await prove(github, person, installation));
  return proofs;
}

async function isBoundElsewhere(
  { store, github }: InstallFlowDeps,
  attempt: AttemptRow,
  { installationId }: Candidate,
): Promise<boolean> {
  const key = { host: github.host, appId: github.appId, installationId };
  const binding = await store.bindings.findByInstallation(key);
  return binding !== undefined && binding.organizationId !== attempt.organizationId;
}

interface Refusal {
  readonly trip: Trip;
  readonly reason: AttemptReason;
}

async function refuse(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  { trip, reason }: Refusal,
): Promise<Step> {
  await deps.store.attempts.fail(attempt.id, reason, deps.clock());
  // The partner does not learn that this person is a member of the account.
  const error: LeaveError = reason === "not_admin" ? "not_proven" : reason;
  return leave(deps, attempt, { state: trip.state, error });
}

/** Only the proven administrator is told; the partner gets what everybody else gets. */
async function connectedElsewhere(
  deps: InstallFlowDeps,
  attempt: AttemptRow,
  trip: Trip,
): Promise<Step> {
  const parting = await refuse(deps, attempt, { trip, reason: "not_proven" });
  if (parting.kind !== "leave") return parting;
  return { kind: "notice", notice: "connected_elsewhere", continueUrl: parting.url };
}
