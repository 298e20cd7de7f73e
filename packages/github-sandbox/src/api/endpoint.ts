import type { Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { type Edition, editions } from "../edition.ts";
import type { Hooks } from "../hooks/hooks.ts";
import type { World } from "../world/world.ts";
import { readJsonObject } from "./body.ts";
import type { Callers, Guard } from "./callers.ts";
import { etagOf, isKnown } from "./conditional.ts";
import { readCredential } from "./credential.ts";
import { GitHubError, notFound, restDocs } from "./github-error.ts";
import { chargeOf, refund } from "./limits.ts";
import type { RateLimit } from "./rate-limits.ts";
import { type ApiVersion, selectedVersion } from "./versions.ts";

/** What the endpoints work with. */
export interface Api extends Deps {
  world: World;
  hooks: Hooks;
  callers: Callers;
}

export interface Call<C> {
  caller: C;
  /** A path parameter, by its name. */
  param: (name: string) => string;
  /** A numeric path parameter: anything else does not exist. */
  id: (name: string) => number;
  query: URLSearchParams;
  path: string;
  header: (name: string) => string | undefined;
  body: () => Record<string, unknown>;
  version: ApiVersion;
  rateLimit: RateLimit;
}

export interface Reply {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

export interface EndpointDefinition<C> {
  /** Method and path, with Express's `:name` parameters. */
  route: `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;
  /** Its page and anchor under https://docs.github.com/rest. */
  docs: string;
  caller: Guard<C>;
  /** `x-accepted-github-permissions`: what a token needs; empty when it needs nothing. */
  permissions?: string;
  /** Where it exists; everywhere when absent. */
  editions?: readonly Edition[];
  handle: (call: Call<C>) => Reply | Promise<Reply>;
}

export interface Endpoint {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
  editions: readonly Edition[];
  handler: (api: Api) => RequestHandler;
}

export const ok = (body: object, headers?: Record<string, string>): Reply => ({
  status: 200,
  body,
  ...(headers && { headers }),
});

/** What has another address now: GitHub's clients follow. */
export function movedTo({ urls }: Api, path: string): Reply {
  const url = `${urls().api}${path}`;
  const body = { message: "Moved Permanently", url, documentation_url: restDocs };
  return { status: 301, body, headers: { Location: url } };
}

export const noContent = (status = 204): Reply => ({ status });

const digits = /^\d{1,15}$/;

function toCall<C>(req: Request, res: Response, caller: C): Call<C> {
  const param = (name: string) => String(req.params[name] ?? "");
  return {
    caller,
    param,
    id(name) {
      if (!digits.test(param(name))) throw notFound();
      return Number(param(name));
    },
    query: new URL(req.originalUrl, "http://localhost").searchParams,
    path: req.path,
    header: (name) => req.get(name),
    body: () => readJsonObject(req.body),
    version: selectedVersion(res),
    rateLimit: chargeOf(res).current(),
  };
}

/** What a client may ask for again on the condition that it changed. */
function sendConditionally(req: Request, res: Response, text: string) {
  const etag = etagOf(req, text);
  res.set("ETag", etag);
  if (!isKnown(req, etag)) return res.type("json").send(text);
  refund(res);
  return res.status(304).end();
}

function send(req: Request, res: Response, { status, body, headers = {} }: Reply) {
  res.status(status).set(headers);
  if (body === undefined) res.end();
  else if (req.method === "GET" && status === 200)
    sendConditionally(req, res, JSON.stringify(body));
  else res.json(body);
}

/** Declares one endpoint; the caller's type follows from its guard. */
export function endpoint<C>(definition: EndpointDefinition<C>): Endpoint {
  const [method = "", path = ""] = definition.route.split(" ");
  const docs = `${restDocs}/${definition.docs}`;

  const handler = (api: Api) => async (req: Request, res: Response) => {
    if (definition.permissions !== undefined)
      res.set("x-accepted-github-permissions", definition.permissions);
    try {
      const credential = readCredential(req.get("authorization"));
      const caller = await definition.caller(credential, api.callers);
      send(req, res, await definition.handle(toCall(req, res, caller)));
    } catch (error) {
      if (!(error instanceof GitHubError) || error.docs) throw error;
      throw new GitHubError(error.status, error.message, docs);
    }
  };

  return {
    method: method.toLowerCase() as Endpoint["method"],
    path,
    editions: definition.editions ?? editions,
    handler,
  };
}
