import { AppError, type Method } from "@layers/contracts";
import type { RequestHandler } from "express";

/** Every method that a route may take. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * The last handler of a path: refuses the methods that none before it served.
 * `app.route(path).get(read).post(write).all(allowMethods("GET", "POST"))`.
 * Express answers HEAD as GET; OPTIONS is refused too: what answers preflight requests comes before.
 */
export function allowMethods(...served: readonly Method[]): RequestHandler {
  return () => {
    throw methodNotAllowed(served);
  };
}

export function methodNotAllowed(served: readonly Method[]): AppError {
  const allow = served.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return new AppError("METHOD_NOT_ALLOWED", { headers: { Allow: allow.join(", ") } });
}
