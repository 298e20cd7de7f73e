import { type JobKind, lanes } from "../jobs/job-kind.ts";
import { Hint } from "./hint.ts";

/** What a delivery asks for. That somebody uninstalled comes before all else. */
export const deliveryJobs = {
  uninstalled: { name: "webhook.uninstalled", payload: Hint, lane: lanes.uninstall },
  changed: { name: "webhook.changed", payload: Hint, lane: lanes.normal },
} as const satisfies Record<string, JobKind<Hint>>;

export const deliveryJobOf = ({ event, action }: Hint): JobKind<Hint> =>
  event === "installation" && action === "deleted"
    ? deliveryJobs.uninstalled
    : deliveryJobs.changed;
