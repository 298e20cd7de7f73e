import express, { type RequestHandler, type Router } from "express";
import { z } from "zod";
import { errorHandler } from "../http/error-handler.ts";
import { defined } from "../registration.ts";
import { createSessionKeeper } from "../web/session.ts";
import { addActionRoutes } from "./action-routes.ts";
import type { Admin } from "./admin.ts";
import { dumpState } from "./dump.ts";
import { addEnterpriseRoutes } from "./enterprise-routes.ts";
import { Faults } from "./fault.ts";
import { addHookRoutes } from "./hook-routes.ts";
import { parse, refuse } from "./refuse.ts";
import { addWorldRoutes } from "./world-routes.ts";

const Login = z.strictObject({ login: z.string() });
const Clock = z.strictObject({ offsetSeconds: z.number().min(-1e9).max(1e9) });
const httpUrl = z.url({ protocol: /^https?$/ });

const HookSettings = z.strictObject({
  url: httpUrl,
  secret: z.string().optional(),
  contentType: z.enum(["json", "form"]).optional(),
  insecureSsl: z.enum(["0", "1"]).optional(),
});

const SettingsChange = z.strictObject({
  /** Null: the App has none. */
  setupUrl: httpUrl.nullable().optional(),
  callbackUrls: z.array(httpUrl).max(10).optional(),
  oauthDuringInstall: z.boolean().optional(),
  tokenFormat: z.enum(["opaque", "stateless"]).optional(),
  hook: HookSettings.nullable().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
});

/** Only this machine's own tools: a page of another site may not drive the stand-in. */
const sameOriginOnly =
  ({ urls }: Admin["deps"]): RequestHandler =>
  (req, _res, next) => {
    const origin = req.get("origin");
    if (origin !== undefined && origin !== urls().web && origin !== `http://${req.get("host")}`)
      throw refuse(403, `Requests from ${origin} are refused.`);
    next();
  };

const sendError = errorHandler((error, _req, res) => {
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  const message = error instanceof Error ? error.message : String(error);
  res.status(status).json({ message });
});

function addPeopleRoutes(router: Router, { world }: Admin) {
  const keeper = createSessionKeeper(world);
  router.post("/login", (req, res) => {
    const { login } = parse(Login, req.body);
    const user = world.accounts.byLogin(login, "User");
    if (!user) throw refuse(404, `There is no user ${JSON.stringify(login)}.`);
    keeper.signIn(res, user);
    res.json({ login: user.login, id: user.id });
  });
}

function addControlRoutes(router: Router, admin: Admin) {
  const { faults, requestLog, changeLog, deps } = admin;
  router.post("/reset", (_req, res) => {
    admin.reset();
    res.status(204).end();
  });
  router.post("/clock", (req, res) => {
    admin.setClock(parse(Clock, req.body).offsetSeconds);
    res.json({ now: new Date(deps.now()).toISOString() });
  });
  router.post("/faults", (req, res) => {
    faults.add(parse(Faults, req.body));
    res.json(faults.list());
  });
  router.get("/faults", (_req, res) => res.json(faults.list()));
  router.get("/requests", (_req, res) => res.json(requestLog.list()));
  router.delete("/requests", (_req, res) => {
    requestLog.clear();
    res.status(204).end();
  });
  router.get("/changes", (_req, res) => res.json(changeLog.list()));
  router.delete("/changes", (_req, res) => {
    changeLog.clear();
    res.status(204).end();
  });
  router.post("/app", (req, res) => {
    deps.registration.adjust(defined(parse(SettingsChange, req.body)));
    res.json(dumpState(admin).app);
  });
  router.get("/state", (_req, res) => res.json(dumpState(admin)));
}

/** `/_sandbox/`: how tests and developers drive the stand-in. */
export function createAdminRouter(admin: Admin): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.use(sameOriginOnly(admin.deps));
  router.use(express.json({ type: () => true }));
  addPeopleRoutes(router, admin);
  addWorldRoutes(router, admin);
  addHookRoutes(router, admin);
  addActionRoutes(router, admin);
  addControlRoutes(router, admin);
  addEnterpriseRoutes(router, admin);
  router.use(() => {
    throw refuse(404, "There is nothing here.");
  });
  router.use(sendError);
  return router;
}
