import { AppError, errorMap, toIssues } from "@layers/contracts";
import {
  allowMethods,
  callHeadersOf,
  headerOf,
  queryOf,
  readJson,
  refuseBody,
  remoteAddressOf,
  requestIdOf,
  sendJson,
} from "@layers/http-edge";
import { type Request, type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import type { Budgets } from "../budgets/budgets.ts";
import { isFromOwnPages } from "../callers/own-pages.ts";
import { accountOf } from "../callers/portal-sessions.ts";
import { withDeadline } from "../github/deadline.ts";
import {
  beginLink,
  finishLink,
  type LinkEnd,
  type LinkFlowDeps,
  removeLink,
} from "../links/link-flow.ts";
import type { Log } from "../log.ts";
import { flowIdOf } from "../oauth/authorization.ts";
import { asPortalError } from "../portal/as-portal-error.ts";
import type { IdentifyUser, SessionUser } from "../sessions/identify-user.ts";
import type { PortalConfig } from "../sessions/portal-config.ts";
import { bringsSession } from "../sessions/session-token.ts";
import { createFlowCookies, type FlowCookies } from "./cookies.ts";
import { readOauth } from "./install-input.ts";
import { refuseEmbedding } from "./refuse-embedding.ts";
import { redirect, sendFailure, sendPage } from "./send-step.ts";

export interface LinkRoutesDeps extends LinkFlowDeps {
  readonly identifyUser: IdentifyUser;
  readonly portal: Pick<PortalConfig, "cookieName" | "origins">;
  readonly budgets: Budgets;
  readonly log: Log;
}

const Start = z.strictObject({ returnUrl: z.string().min(1).max(2048).optional() });

/** Where portal users link their GitHub accounts. A browser goes through all of it, so no operation can. */
export function linkRoutes(deps: LinkRoutesDeps): Router {
  const secure = deps.publicUrl.startsWith("https:");
  const cookies = createFlowCookies("layers-link", { sameSite: "lax", secure });
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/github/link")
    .get(refuseEmbedding, start(deps, cookies))
    .post(async (req, res) => {
      const { user, headers } = await admit(deps, req);
      const { returnUrl } = parse(await readJson(req));
      const { url, flowId, cookie } = await beginLink(deps, user, returnUrl).catch(asPortalError);
      cookies.set(res, flowId, cookie);
      sendJson(res, { status: 200, headers, body: { url } });
    })
    .delete(async (req, res) => {
      const { user, headers } = await admit(deps, req);
      refuseBody(req);
      await removeLink(deps, user.userId);
      sendJson(res, { status: 204, headers });
    })
    .all(allowMethods("GET", "POST", "DELETE"));
  router
    .route("/github/link/callback")
    .get(refuseEmbedding, callback(deps, cookies))
    .all(allowMethods("GET"));
  return router;
}

/** For a browser that has the session as a cookie. */
const start =
  (deps: LinkRoutesDeps, cookies: FlowCookies): RequestHandler =>
  async (req, res) => {
    try {
      const { user, headers } = await admit(deps, req);
      const { returnUrl } = parse(queryOf(req));
      const { url, flowId, cookie } = await beginLink(deps, user, returnUrl).catch(asPortalError);
      cookies.set(res, flowId, cookie);
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      redirect(res, url, 302);
    } catch (error) {
      if (!headerOf(req, "accept")?.includes("text/html")) throw error;
      sendFailure(deps, res, error);
    }
  };

const callback =
  (deps: LinkRoutesDeps, cookies: FlowCookies): RequestHandler =>
  async (req, res) => {
    try {
      sendEnd(res, await withDeadline(() => finish(deps, cookies, { req, res }), requestIdOf(res)));
    } catch (error) {
      sendFailure(deps, res, error);
    }
  };

interface Exchange {
  readonly req: Request;
  readonly res: Response;
}

async function finish(
  deps: LinkRoutesDeps,
  cookies: FlowCookies,
  { req, res }: Exchange,
): Promise<LinkEnd> {
  const query = readOauth(req);
  if (!query) return { outcome: "stale" };
  const flowId = flowIdOf(query.state);
  const cookie = cookies.read(req, flowId);
  cookies.clear(res, flowId);
  const { state, code, error } = query;
  const sessionUserId = await sessionUserOf(deps, req);
  return finishLink(deps, { state, code, error, cookie, sessionUserId });
}

async function sessionUserOf(deps: LinkRoutesDeps, req: Request): Promise<string | undefined> {
  const call = toCall(req);
  if (!bringsSession(call.headers, deps.portal.cookieName)) return undefined;
  const user = await deps.identifyUser(call).catch((error: unknown) => {
    // One that has expired beside a trip that a program began.
    if (error instanceof AppError && error.code === "UNAUTHENTICATED") return undefined;
    throw error;
  });
  return user?.userId;
}

const toCall = (req: Request) => ({
  headers: callHeadersOf(req),
  remoteAddress: remoteAddressOf(req),
});

interface AdmittedUser {
  readonly user: SessionUser;
  /** What is left of the budget. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Who is signed in, by a page of the portal and within his budget. */
async function admit(deps: LinkRoutesDeps, req: Request): Promise<AdmittedUser> {
  const call = toCall(req);
  const user = await deps.identifyUser(call);
  const account = { ...accountOf(user), budget: "write" } as const;
  const isOwn = req.method === "GET" ? isNoForeignPage(req) : isByPortal(deps, user, call.headers);
  if (!isOwn || user.memberships.length === 0)
    throw new AppError("FORBIDDEN", { headers: deps.budgets.headers(account) });
  return { user, headers: deps.budgets.charge(account) };
}

const isByPortal = (
  { portal }: LinkRoutesDeps,
  { presentedAs }: SessionUser,
  headers: ReturnType<typeof callHeadersOf>,
): boolean => presentedAs === "bearer" || isFromOwnPages(headers, portal.origins);

/** A person may come by a bookmark, but not by another site's link. */
const isNoForeignPage = (req: Request): boolean => headerOf(req, "sec-fetch-site") !== "cross-site";

function parse(input: unknown): z.output<typeof Start> {
  const { data, error } = Start.safeParse(input, { error: errorMap });
  if (data) return data;
  throw new AppError("INVALID_REQUEST", { issues: toIssues(error) });
}

const notices = { linked: "linked", declined: "link_declined", stale: "stale_link" } as const;

function sendEnd(res: Response, { outcome, url }: LinkEnd): void {
  if (url === undefined) sendPage(res, { kind: "notice", notice: notices[outcome] });
  else redirect(res, url);
}
