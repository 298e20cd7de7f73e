import type { IncomingMessage, ServerResponse } from "node:http";
import type { Method } from "@layers/contracts";
import type { Express } from "express";
import { allowMethods, methodNotAllowed } from "./methods.ts";

/** A request as a route gets it. */
export interface Exchanged {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The path's named parts, decoded. */
  readonly parameters: Readonly<Record<string, string | string[]>>;
}

/** A route that needs nothing of Express. */
export interface Route {
  readonly method: Method;
  /** As Express writes it, such as `/v1/things/:id`. */
  readonly path: string;
  readonly handle: (exchanged: Exchanged) => Promise<void>;
}

/** Finds the route of a path without parameters; throws when the path has others only. */
export type FindRoute = (path: string, method: string) => Route | undefined;

const isExact = ({ path }: Route) => !path.includes(":");

/**
 * Looks up paths without parameters. To send a request through Express takes longer than all that we
 * do to answer it.
 */
export function createFindRoute(routes: readonly Route[]): FindRoute {
  const byPath = Map.groupBy(routes.filter(isExact), ({ path }) => path);
  const table = new Map(
    [...byPath].map(([path, served]) => {
      const byMethod = new Map<string, Route>(served.map((route) => [route.method, route]));
      const read = byMethod.get("GET");
      if (read) byMethod.set("HEAD", read);
      return [path, { byMethod, methods: served.map(({ method }) => method) }];
    }),
  );
  return (path, method) => {
    const found = table.get(path);
    const route = found?.byMethod.get(method);
    if (found && !route) throw methodNotAllowed(found.methods);
    return route;
  };
}

/** Gives Express the paths that have parameters. */
export function routeByExpress(app: Express, routes: readonly Route[]): void {
  const others = routes.filter((route) => !isExact(route));
  for (const [path, served] of Map.groupBy(others, (route) => route.path)) {
    const route = app.route(path);
    for (const { method, handle } of served)
      route[verbs[method]]((req, res) => handle({ req, res, parameters: req.params }));
    route.all(allowMethods(...served.map(({ method }) => method)));
  }
}

const verbs = {
  GET: "get",
  POST: "post",
  PUT: "put",
  PATCH: "patch",
  DELETE: "delete",
} as const satisfies Record<Method, string>;
