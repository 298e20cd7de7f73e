import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { AppError, contract, errorMap, toIssues } from "@layers/contracts";
import type { Express, Request, Response } from "express";
import {
  allowMethods,
  closeGracefully,
  createEdgeApp,
  createHttpServer,
  type EdgeOptions,
  queryOf,
  readJson,
  refuseBody,
  remoteAddressOf,
  type ServerLimits,
  sendJson,
} from "../src/index.ts";

export const canary = "ghs_CANARY0123456789";

async function bind(req: Request, res: Response): Promise<void> {
  const { input } = contract.github.registerInstallation;
  const result = input.safeParse(await readJson(req), { error: errorMap });
  if (!result.success) throw new AppError("VALIDATION", { issues: toIssues(result.error) });
  sendJson(res, { status: 201, body: result.data });
}

async function echo(req: Request, res: Response): Promise<void> {
  sendJson(res, { status: 200, body: { result: { data: await readJson(req) } } });
}

function mountRoutes(app: Express): void {
  app
    .route("/v1/github/installation")
    .get((req, res) => {
      refuseBody(req);
      sendJson(res, { status: 200, headers: { "Layers-Test": "yes" }, body: { text: "äö" } });
    })
    .post((req, res) => bind(req, res))
    .delete((_req, res) => sendJson(res, { status: 204 }))
    .all(allowMethods("GET", "POST", "DELETE"));
  app.get("/v1/query", (req, res) => sendJson(res, { status: 200, body: queryOf(req) }));
  app.get("/v1/parameter/:name", (req, res) =>
    sendJson(res, { status: 200, body: { name: req.params.name } }),
  );
  app.get("/v1/address", (req, res) =>
    sendJson(res, { status: 200, body: { address: remoteAddressOf(req) } }),
  );
  app.get("/page", (_req, res) => {
    res.setHeader("Content-Security-Policy", "default-src 'self'");
    res.setHeader("Content-Type", "text/html; charset=utf-8");
    res.end("<!doctype html>");
  });
  app.get("/boom", () => {
    throw new Error(`SELECT secret FROM node_modules at /home: ${canary}`);
  });
  app.get("/late", (_req, res) => {
    res.write("begun");
    throw new Error("too late");
  });
  app.post("/trpc/echo", (req, res) => echo(req, res));
}

/** Options of the app, the server's limits, and routes of the test's own. */
export interface TestOptions extends Partial<EdgeOptions> {
  readonly limits?: Partial<ServerLimits>;
  readonly mount?: (app: Express) => void;
}

/** A listening server with a handful of routes; its `Host` is `api.test`. */
export async function startEdge({
  limits = {},
  mount = mountRoutes,
  ...options
}: TestOptions = {}) {
  const app = createEdgeApp({ allowedHosts: ["api.test"], ...options }, mount);
  const server = createHttpServer(app, { limits });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    [Symbol.asyncDispose]: () => closeGracefully(server, { graceMs: 0 }),
  };
}
