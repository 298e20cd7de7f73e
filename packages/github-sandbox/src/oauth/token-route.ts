import express, { type Request, type Router } from "express";
import type { Deps } from "../deps.ts";
import { toParams } from "../http/params.ts";
import type { World } from "../world/world.ts";
import { createTokenExchange, type TokenParams } from "./access-token.ts";

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** JSON, a form, or the query: GitHub takes all three. */
function readFields(req: Request): URLSearchParams {
  const text = typeof req.body === "string" ? req.body : "";
  const fields = new URL(req.originalUrl, "http://localhost").searchParams;
  if (!req.is("json")) {
    for (const [name, value] of new URLSearchParams(text)) fields.set(name, value);
    return fields;
  }
  for (const [name, value] of Object.entries(parseJson(text) ?? {}))
    if (typeof value === "string") fields.set(name, value);
  return fields;
}

function readParams(req: Request): TokenParams {
  const { get } = toParams(readFields(req));
  return {
    client_id: get("client_id"),
    client_secret: get("client_secret"),
    grant_type: get("grant_type"),
    code: get("code"),
    code_verifier: get("code_verifier"),
    redirect_uri: get("redirect_uri"),
    refresh_token: get("refresh_token"),
  };
}

const encode = (fields: object) =>
  new URLSearchParams(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  ).toString();

/** `POST /login/oauth/access_token`: form-encoded unless JSON is asked for. */
export function createTokenRoute(deps: Deps, world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  const exchange = createTokenExchange(deps, world);
  router.post("/login/oauth/access_token", express.text({ type: () => true }), (req, res) => {
    const fields = exchange(readParams(req));
    res.set("Cache-Control", "no-store");
    if (req.get("accept")?.includes("json")) res.json(fields);
    else res.type("application/x-www-form-urlencoded; charset=utf-8").send(encode(fields));
  });
  return router;
}
