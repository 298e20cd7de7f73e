import { AppError, toAppError } from "@layers/contracts";
import { isStorageFailure } from "@layers/storage";
import { GitHubLimited } from "./github/pauses.ts";

/**
 * What to answer for anything thrown; the cause is for the log.
 *
 * @param toGitHubsClients whether the answer is one of a route that stands in for GitHub's
 */
export function toAnswer(thrown: unknown, toGitHubsClients = false): AppError {
  if (isStorageFailure(thrown)) return new AppError("UNAVAILABLE", { cause: thrown });
  if (toGitHubsClients && thrown instanceof GitHubLimited) return thrown.asGitHubSays;
  return toAppError(thrown);
}
