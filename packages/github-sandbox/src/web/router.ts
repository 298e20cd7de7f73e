import express, { type Request, type Response, type Router } from "express";
import type { Deps } from "../deps.ts";
import { errorHandler } from "../http/error-handler.ts";
import { formOf, queryOf } from "../http/params.ts";
import { authorizePages } from "../oauth/authorize-page.ts";
import type { World } from "../world/world.ts";
import { accountSettingsPages } from "./account-settings.ts";
import { authorizedAppsPages } from "./authorized-apps.ts";
import { configurePages } from "./configure.ts";
import { homePages } from "./home.ts";
import { html } from "./html.ts";
import { installPages } from "./install.ts";
import { installedAppsPages } from "./installed-apps.ts";
import { layout } from "./layout.ts";
import { PageError, type PageReply, type PageRoute, pageNotFound } from "./page.ts";
import { repositorySettingsPages } from "./repository-settings.ts";
import { createSessionKeeper, isGenuine, type Session, type SessionKeeper } from "./session.ts";
import { createSetup } from "./setup.ts";
import { signInPages } from "./sign-in.ts";
import { style } from "./style.ts";
import type { Web } from "./web.ts";

const pageHeaders = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  "X-Frame-Options": "deny",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
  "Cache-Control": "no-store",
};

function sendReply(res: Response, session: Session, reply: PageReply) {
  if ("redirect" in reply) {
    res.redirect(302, reply.redirect);
    return;
  }
  const { status = 200, title, content } = reply;
  res
    .status(status)
    .type("html")
    .send(layout(title, session, content).markup);
}

function toHandler({ handle }: PageRoute, keeper: SessionKeeper) {
  return (req: Request, res: Response) => {
    const session = keeper.read(req, res);
    const form = formOf(req.body);
    if (req.method === "POST" && !isGenuine(session, form.get("authenticity_token")))
      throw new PageError(
        422,
        "Your browser did something unexpected. Please go back and try again.",
      );
    const reply = handle({
      user: session.user,
      csrfToken: session.csrfToken,
      query: queryOf(req.originalUrl),
      form,
      param: (name) => String(req.params[name] ?? ""),
      target: req.originalUrl,
      path: req.path,
    });
    if ("redirect" in reply && reply.signIn) keeper.signIn(res, reply.signIn);
    if ("redirect" in reply && reply.signOut) keeper.signOut(session);
    sendReply(res, session, reply);
  };
}

const sendPageError = (keeper: SessionKeeper) =>
  errorHandler((error, req, res) => {
    if (!(error instanceof PageError)) console.error(error);
    const status = error instanceof PageError ? error.status : 500;
    const message = error instanceof PageError ? error.message : "Something went wrong.";
    const title = status === 404 ? "Page not found" : "Oops";
    sendReply(res, keeper.read(req, res), { status, title, content: html`<p>${message}</p>` });
  });

/** The pages, at `/`. */
export function createWebRouter(deps: Deps, world: World): Router {
  const web: Web = { ...deps, world, setup: createSetup(deps, world) };
  const keeper = createSessionKeeper(world);
  const router = express.Router({ strict: true, caseSensitive: true });
  router.get("/style.css", (_req, res) => {
    res.set("Cache-Control", "max-age=3600").type("css").send(style);
  });
  router.use((_req, res, next) => {
    res.set(pageHeaders);
    next();
  });
  router.use(express.text({ type: "application/x-www-form-urlencoded", limit: "1mb" }));
  const groups = [homePages, signInPages, installPages, configurePages, installedAppsPages];
  const settings = [accountSettingsPages, authorizedAppsPages, repositorySettingsPages];
  for (const group of [...groups, authorizePages, ...settings])
    for (const route of group(web)) router[route.method](route.path, toHandler(route, keeper));
  router.use(() => {
    throw pageNotFound();
  });
  router.use(sendPageError(keeper));
  return router;
}
