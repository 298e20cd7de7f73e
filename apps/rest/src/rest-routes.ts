import { type Call, contract, type Operation, operations, routeOf } from "@layers/contracts";
import {
  allowMethods,
  authorizationOf,
  headerOf,
  remoteAddressOf,
  requestIdOf,
  sendJson,
} from "@layers/http-edge";
import { type RequestHandler, Router } from "express";
import { docsRoutes } from "./docs-routes.ts";
import { createReadInput } from "./read-input.ts";

export interface RestDeps {
  /** Runs the operations: in this process, or on another machine. */
  readonly call: Call;
  /** Where partners reach us, for the documentation. Without a slash at the end. */
  readonly publicUrl: string;
}

/** Serves every operation of the contract over REST, with its documentation. No code per route. */
export function restRoutes({ call, publicUrl }: RestDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const byPath = Map.groupBy(operations(contract), ([, operation]) => routeOf(operation).path);
  for (const [path, served] of byPath) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ":$1"));
    const methods = served.map(([, operation]) => routeOf(operation).method);
    for (const [name, operation] of served)
      route[verbOf(operation)](createHandler(name, operation, call));
    route.all(allowMethods(...methods));
  }
  router.use(docsRoutes({ publicUrl }));
  return router;
}

type Verb = "get" | "post" | "put" | "patch" | "delete";

// Safe: Express names its methods as HTTP does, in lower case.
const verbOf = (operation: Operation) => routeOf(operation).method.toLowerCase() as Verb;

function createHandler(name: string, operation: Operation, call: Call): RequestHandler {
  const readInput = createReadInput(operation);
  return async (req, res) => {
    const outcome = await call({
      name,
      input: await readInput(req),
      authorization: authorizationOf(req),
      idempotencyKey: headerOf(req, "idempotency-key"),
      requestId: requestIdOf(res),
      remoteAddress: remoteAddressOf(req),
    });
    sendJson(res, outcome);
  };
}
