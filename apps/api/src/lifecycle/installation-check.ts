import { GithubId } from "@layers/contracts";
import { z } from "zod";
import type { JobKind } from "../jobs/job-kind.ts";

const Check = z.strictObject({ installationId: GithubId });

/**
 * Asks GitHub about an installation once more after it was bound: what happened between the question before
 * the binding and the binding itself had no row to be written into.
 */
export const checkInstallation: JobKind<z.infer<typeof Check>> = {
  name: "installation.check",
  payload: Check,
};
