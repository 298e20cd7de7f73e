import { AppError } from "@layers/contracts";
import { CommandError } from "./failure.ts";

/** Says which of the domains was refused: the service itself never repeats a value. */
export async function naming<T>(domains: readonly string[], work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const issue = error instanceof AppError ? error.issues?.[0] : undefined;
    const index = /^domains?(?:\[(\d+)\])?$/.exec(issue?.path ?? "");
    if (!issue || !index) throw error;
    const domain = domains[Number(index[1] ?? 0)];
    throw new CommandError("VALIDATION", `The domain "${domain}" is refused. ${issue.message}`, {
      cause: error,
    });
  }
}
