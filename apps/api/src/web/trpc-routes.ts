import { AppError, type Call, type Outcome } from "@layers/contracts";
import {
  allowMethods,
  callHeadersOf,
  headerOf,
  nameRoute,
  parseJson,
  queryOf,
  readJson,
  refuseBody,
  remoteAddressOf,
  requestIdOf,
  toBodyOptions,
} from "@layers/http-edge";
import { createExpressMiddleware } from "@trpc/server/adapters/express";
import { type RequestHandler, Router } from "express";
import type { BoundOperation } from "../execute.ts";
import { createTrpcRouter, type TrpcContext } from "../trpc.ts";

const maxBatchSize = 10;

/** Serves the operations as tRPC procedures, behind gates of our own. */
export function trpcRoutes(bound: ReadonlyMap<string, BoundOperation>, call: Call): Router {
  const trpc = createExpressMiddleware({
    router: createTrpcRouter(bound, call),
    maxBatchSize,
    createContext: ({ req, res }): TrpcContext => ({
      headers: callHeadersOf(req),
      requestId: requestIdOf(res),
      remoteAddress: remoteAddressOf(req),
      outcomes: [],
    }),
    responseMeta: ({ ctx, info }) => metaOf(ctx?.outcomes ?? [], info?.isBatchCall ?? false),
  });
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/{*procedures}")
    .all(nameProcedure(bound))
    .head(requireKind(bound, "query"), answerHead(bound))
    .get(requireKind(bound, "query"), readInput, trpc)
    .post(requireKind(bound, "mutation"), readBody(bound), trpc)
    .all(allowMethods("GET", "POST"));
  return router;
}

/** Calls that come together are one request, and have one name. */
function nameProcedure(bound: ReadonlyMap<string, BoundOperation>): RequestHandler {
  const named = (route: string) => ({ transport: "trpc", route });
  const [batch, unknown] = [named("batch"), named("unknown")];
  const names = new Map([...bound.keys()].map((name) => [name, named(name)]));
  return (req, _res, next) => {
    const procedures = req.path.slice(1);
    nameRoute(req, procedures.includes(",") ? batch : (names.get(procedures) ?? unknown));
    next();
  };
}

/** Refuses a known procedure of the other kind: queries are GET, mutations are POST. */
function requireKind(
  bound: ReadonlyMap<string, BoundOperation>,
  kind: "query" | "mutation",
): RequestHandler {
  return (req, _res, next) => {
    const names = req.path.slice(1).split(",");
    if (names.length > maxBatchSize) throw new AppError("BAD_REQUEST");
    if (names.length > 1 && headerOf(req, "idempotency-key") !== undefined)
      throw new AppError("BAD_REQUEST");
    const other = names.some((name) => (bound.get(name)?.operation.kind ?? kind) !== kind);
    if (!other) return next();
    const Allow = kind === "query" ? "POST" : "GET, HEAD";
    throw new AppError("METHOD_NOT_ALLOWED", { headers: { Allow } });
  };
}

/** tRPC would say 204 for every path. */
function answerHead(bound: ReadonlyMap<string, BoundOperation>): RequestHandler {
  return (req, res) => {
    if (
      !req.path
        .slice(1)
        .split(",")
        .every((name) => bound.has(name))
    )
      throw new AppError("NOT_FOUND");
    res.statusCode = 204;
    res.end();
  };
}

/** tRPC would read the input of a GET leniently: hand it what the strict reader understood. */
const readInput: RequestHandler = (req, _res, next) => {
  refuseBody(req);
  const { input, batch } = queryOf(req);
  const parameters = new URLSearchParams();
  if (Array.isArray(input) || Array.isArray(batch)) throw new AppError("BAD_REQUEST");
  if (batch !== undefined) parameters.set("batch", batch);
  if (input !== undefined) parameters.set("input", JSON.stringify(parseJson(input)));
  req.url = `${req.path}?${parameters.toString()}`;
  next();
};

/** The longest body that one of the procedures takes is the longest of the request. */
const readBody =
  (bound: ReadonlyMap<string, BoundOperation>): RequestHandler =>
  async (req, _res, next) => {
    const names = req.path.slice(1).split(",");
    const own = names.map((name) => bound.get(name)?.operation.maxBodyBytes ?? 0);
    const body = await readJson(req, toBodyOptions(Math.max(...own)));
    // tRPC takes a text for JSON that is not parsed yet.
    req.body = typeof body === "string" ? JSON.stringify(body) : body;
    next();
  };

/** As every other JSON answer; tRPC says it without the charset. */
const contentType = { "Content-Type": "application/json; charset=utf-8" };

/** The headers of one call belong to its answer; a batch keeps those that speak of the caller. */
function metaOf(outcomes: readonly Outcome[], isBatch: boolean) {
  const [outcome] = outcomes;
  if (!outcome) return { headers: contentType };
  if (isBatch) {
    const shared = Object.entries(outcomes.at(-1)?.headers ?? {}).filter(([name]) =>
      /^(x-)?ratelimit/i.test(name),
    );
    return { headers: { ...Object.fromEntries(shared), ...contentType } };
  }
  const headers = { ...outcome.headers, ...contentType };
  if (!outcome.ok) return { headers, status: outcome.status };
  return { headers: { ...headers, "Layers-Status": String(outcome.status) } };
}
