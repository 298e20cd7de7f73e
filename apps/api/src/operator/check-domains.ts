import { AppError, type Issue, type KeyEnv } from "@layers/contracts";
import { checkReturnDomain } from "../keys/return-domain.ts";

/** Checks every entry of a list, once each. @throws `VALIDATION` with an issue for each bad one. */
export function checkDomains(entries: readonly string[], keyEnv: KeyEnv): string[] {
  const issues: Issue[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      checkReturnDomain(entry, keyEnv);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const message = error.issues?.[0]?.message ?? error.message;
      issues.push({ path: `domains[${index}]`, message });
    }
  }
  if (issues.length > 0) throw new AppError("VALIDATION", { issues });
  return [...new Set(entries)];
}
