import { type Call, contract, type Operation, operations, routeOf } from "@layers/contracts";
import {
  authorizationOf,
  headerOf,
  type Route,
  remoteAddressOf,
  requestIdOf,
  sendJson,
} from "@layers/http-edge";
import { createReadInput } from "./read-input.ts";

export interface RestDeps {
  /** Runs the operations: in this process, or on another machine. */
  readonly call: Call;
}

/** Every operation of the contract as a REST route. No code per route. */
export function restRoutes({ call }: RestDeps): Route[] {
  return [...operations(contract)].map(([name, operation]) => {
    const { method, path } = routeOf(operation);
    return {
      method,
      path: path.replaceAll(/\{(\w+)\}/g, ":$1"),
      handle: createHandle(name, operation, call),
    };
  });
}

function createHandle(name: string, operation: Operation, call: Call): Route["handle"] {
  const readInput = createReadInput(operation);
  return async (exchanged) => {
    const { req, res } = exchanged;
    const outcome = await call({
      name,
      input: await readInput(exchanged),
      authorization: authorizationOf(req),
      idempotencyKey: headerOf(req, "idempotency-key"),
      requestId: requestIdOf(res),
      remoteAddress: remoteAddressOf(req),
    });
    sendJson(res, outcome);
  };
}
