import { allowMethods, requestIdOf } from "@layers/http-edge";
import { type Request, type RequestHandler, type Response, Router } from "express";
import { withDeadline } from "../github/deadline.ts";
import { beginProof } from "../install-flow/begin-proof.ts";
import { readTicket, takeConsent } from "../install-flow/consent.ts";
import { finishProof, readTrip } from "../install-flow/finish-proof.ts";
import type { Step } from "../install-flow/step.ts";
import type { Trip } from "../install-flow/trip.ts";
import { flowIdOf } from "../oauth/authorization.ts";
import { createFlowCookies, type FlowCookies } from "./cookies.ts";
import { readCallback, readConnect, readConsentForm, readOauth } from "./install-input.ts";
import { refuseEmbedding } from "./refuse-embedding.ts";
import { type InstallRoutesDeps, sendFailure, sendStep } from "./send-step.ts";

const stale: Step = { kind: "notice", notice: "stale_link" };
const noAttempt: Step = { kind: "notice", notice: "no_attempt" };
const notFromOurPage: Step = { kind: "notice", notice: "not_from_our_page" };

/** The pages of the install flow, which a browser visits on its way through GitHub. */
export function installRoutes(deps: InstallRoutesDeps): Router {
  const secure = deps.publicUrl.startsWith("https:");
  const trips = createFlowCookies("layers-trip", { sameSite: "lax", secure });
  const consents = createFlowCookies("layers-consent", { sameSite: "strict", secure });
  const serve =
    (handle: (req: Request, res: Response) => Promise<Step>): RequestHandler =>
    async (req, res) => {
      try {
        sendStep(res, await withDeadline(() => handle(req, res), requestIdOf(res)), {
          trips,
          consents,
        });
      } catch (error) {
        sendFailure(deps, res, error);
      }
    };

  const router = Router({ caseSensitive: true, strict: true });
  const routes: [string, (req: Request, res: Response) => Promise<Step>][] = [
    ["/github/app/callback", (req) => callback(deps, req)],
    ["/github/app/connect", (req) => connect(deps, req)],
    ["/github/app/oauth", (req, res) => oauth(deps, trips, { req, res })],
  ];
  for (const [path, handle] of routes)
    router.route(path).get(refuseEmbedding, serve(handle)).all(allowMethods("GET"));
  router
    .route("/github/app/consent")
    .post(serve((req, res) => consent(deps, consents, { req, res })))
    .all(allowMethods("POST"));
  return router;
}

async function callback(deps: InstallRoutesDeps, req: Request): Promise<Step> {
  const arrival = readCallback(req);
  if (!arrival) return stale;
  return arrival.state === undefined
    ? noAttempt
    : beginProof(deps, { ...arrival, state: arrival.state });
}

async function connect(deps: InstallRoutesDeps, req: Request): Promise<Step> {
  const arrival = readConnect(req);
  return arrival ? beginProof(deps, arrival) : stale;
}

interface Exchange {
  readonly req: Request;
  readonly res: Response;
}

async function oauth(
  deps: InstallRoutesDeps,
  trips: FlowCookies,
  { req, res }: Exchange,
): Promise<Step> {
  const query = readOauth(req);
  if (!query) return stale;
  const flowId = flowIdOf(query.state);
  const cookie = trips.read(req, flowId);
  trips.clear(res, flowId);
  const trip = readTrip(deps, cookie);
  if (trip) res.locals["retryUrl"] = retryUrlOf(deps.publicUrl, trip);
  const { state: oauthState, code, error } = query;
  return finishProof(deps, { oauthState, code, error, cookie });
}

/** Where the trip began: the failed one is spent, another may be made. */
function retryUrlOf(
  publicUrl: string,
  { state, installationId, setupAction }: Pick<Trip, "state" | "installationId" | "setupAction">,
): string {
  const isChoice = installationId === undefined && setupAction !== "request";
  const query = new URLSearchParams({ state });
  if (installationId !== undefined) query.set("installation_id", String(installationId));
  if (setupAction !== undefined) query.set("setup_action", setupAction);
  return `${publicUrl}/github/app/${isChoice ? "connect" : "callback"}?${query.toString()}`;
}

async function consent(
  deps: InstallRoutesDeps,
  consents: FlowCookies,
  { req, res }: Exchange,
): Promise<Step> {
  const form = await readConsentForm(req);
  const flowId = form && flowIdOf(form.token);
  const cookie = flowId && consents.read(req, flowId);
  if (!form || !cookie) return notFromOurPage;
  consents.clear(res, flowId);
  const ticket = readTicket(deps, cookie);
  if (ticket) res.locals["retryUrl"] = retryUrlOf(deps.publicUrl, { state: ticket.state });
  const installationId = form.decline ? undefined : form.installation_id;
  return takeConsent(deps, { token: form.token, installationId, cookie });
}
