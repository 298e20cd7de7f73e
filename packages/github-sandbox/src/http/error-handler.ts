import type { ErrorRequestHandler, Request, Response } from "express";

/** Express knows an error handler by its four parameters. */
export const errorHandler =
  (handle: (error: unknown, req: Request, res: Response) => void): ErrorRequestHandler =>
  // oxlint-disable-next-line max-params
  (error: unknown, req, res, _next) =>
    handle(error, req, res);
