import {
  type Call,
  contract,
  type Operation,
  type Route as OperationRoute,
  operations,
  routeOf,
  routesOf,
} from "@layers/contracts";
import {
  callHeadersOf,
  type Exchanged,
  nameRoute,
  type Route,
  remoteAddressOf,
  requestIdOf,
  sendError,
  sendJson,
} from "@layers/http-edge";
import { asGitHubWould, refusalAsGitHubWould } from "./github-compatible.ts";
import { createReadInput } from "./read-input.ts";

export interface RestDeps {
  /** Runs the operations: in this process, or on another machine. */
  readonly call: Call;
  /** Where callers reach these routes, without a slash at the end. */
  readonly publicUrl: string;
}

/** Every operation of the contract as REST routes. No code per route. */
export function restRoutes(deps: RestDeps): Route[] {
  return [...operations(contract)].flatMap(([name, operation]) =>
    routesOf(operation).map((route) => ({
      method: route.method,
      path: route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      handle: createHandle(deps, { name, operation, route }),
    })),
  );
}

interface Served {
  readonly name: string;
  readonly operation: Operation;
  readonly route: OperationRoute;
}

function createHandle({ call, publicUrl }: RestDeps, served: Served): Route["handle"] {
  const { name, operation, route } = served;
  const readInput = createReadInput(operation, route);
  const routeName = { transport: "rest", route: name };
  const run = async (exchanged: Exchanged) => {
    const { req, res } = exchanged;
    nameRoute(req, routeName);
    return call({
      name,
      input: await readInput(exchanged),
      headers: callHeadersOf(req),
      requestId: requestIdOf(res),
      remoteAddress: remoteAddressOf(req),
    });
  };
  const { githubDocs } = operation;
  if (githubDocs === undefined)
    return async (exchanged) => sendJson(exchanged.res, await run(exchanged));

  const base = publicUrl + route.path.slice(0, -routeOf(operation).path.length);
  return async (exchanged) => {
    const { req, res } = exchanged;
    try {
      sendJson(res, asGitHubWould(req, await run(exchanged), base));
    } catch (thrown) {
      sendError(req, res, refusalAsGitHubWould(thrown, githubDocs));
    }
  };
}
