import { AppError } from "@layers/contracts";

/** What is not valid is a 400 on the portal's routes: `operation.catch(asPortalError)`. */
export function asPortalError(error: unknown): never {
  if (error instanceof AppError && error.code === "VALIDATION" && error.issues)
    throw new AppError("INVALID_REQUEST", { issues: error.issues });
  throw error;
}
