import { AppError, toAppError } from "@layers/contracts";
import { isStorageFailure } from "@layers/storage";

/** What to answer for anything thrown; the cause is for the log. */
export const toAnswer = (thrown: unknown): AppError =>
  isStorageFailure(thrown) ? new AppError("UNAVAILABLE", { cause: thrown }) : toAppError(thrown);
