import { createServer, type Server } from "node:http";
import type { AddressInfo, Server as Listener } from "node:net";
import express, { type Express, type RequestHandler } from "express";
import type { Admin } from "./admin/admin.ts";
import { createAdminRouter } from "./admin/router.ts";
import { commonHeaders } from "./api/common-headers.ts";
import { createApiRouter } from "./api/router.ts";
import { createTokenRoute } from "./oauth/token-route.ts";
import { createWebRouter } from "./web/router.ts";

const loopback = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** A name of another site that resolves to this machine does not get in. */
const loopbackHostOnly: RequestHandler = (req, res, next) => {
  if (loopback.test(req.get("host") ?? "")) next();
  else res.status(421).type("text").send("This server answers to 127.0.0.1 and localhost alone.\n");
};

/** The stand-in's own clock shows in every answer. */
const ownDate =
  (now: () => number): RequestHandler =>
  (_req, res, next) => {
    res.set("Date", new Date(now()).toUTCString());
    next();
  };

export function createExpressApp(admin: Admin): Express {
  const { deps, faults, requestLog, changeLog, world } = admin;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.use(loopbackHostOnly, ownDate(deps.now));
  app.use("/_sandbox", createAdminRouter(admin));
  app.use(changeLog.follow, requestLog.record);
  // Before the faults: GitHub's troubles have their headers too.
  app.use("/api/v3", commonHeaders(deps));
  app.use(faults.inject);
  app.use("/api/v3", createApiRouter(deps, admin));
  app.use(createTokenRoute(deps, world));
  app.use(createWebRouter(deps, world));
  return app;
}

/** Listens on 127.0.0.1 alone, or takes a listener over. @throws when the port is taken. */
export async function listen(app: Express, port: number | Listener): Promise<Server> {
  // Tokens may be long, and a client may send many cookies.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (typeof port === "number") server.listen(port, "127.0.0.1", resolve);
    else server.listen(port, resolve);
  });
  return server;
}

export const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Ends open connections too: a hanging fault would keep the process alive otherwise. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
