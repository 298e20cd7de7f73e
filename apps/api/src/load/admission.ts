import { AppError, type Tier } from "@layers/contracts";
import type { Counts } from "../metrics/counts.ts";

/** Who wants to run what. */
export interface Applicant {
  /** The credential's owner. */
  readonly holder: string;
  readonly tier: Tier;
  /** What must go on when the rest is refused. */
  readonly critical: boolean;
}

/** Refuses work that would make everything slow, before it begins. */
export interface Admission {
  /** @throws `RATE_LIMITED` when the key has too much under way, `UNAVAILABLE` when the process has. */
  run<T>(applicant: Applicant, work: () => Promise<T>): Promise<T>;
}

export interface AdmissionDeps {
  /** The 99th percentile of the event loop's delay of late, in milliseconds. */
  readonly loopDelay: () => number;
  readonly metrics: Pick<Counts, "refusals">;
}

const perKey = 20;
/** Calls under way in one process; the last fifth is kept for what is critical. */
const perProcess = 1000;
const shared = perProcess * 0.8;
const tolerableDelayMilliseconds = 200;

export function createAdmission({ loopDelay, metrics: { refusals } }: AdmissionDeps): Admission {
  const underWay = new Map<string, number>();
  let total = 0;

  const refuse = (reason: keyof Counts["refusals"], code: "RATE_LIMITED" | "UNAVAILABLE") => {
    refusals[reason] += 1;
    throw new AppError(code, { retryAfter: 1 });
  };
  const requireRoom = ({ holder, tier, critical }: Applicant) => {
    if (tier === "unlimited") return;
    if ((underWay.get(holder) ?? 0) >= perKey) refuse("concurrency", "RATE_LIMITED");
    if (total >= (critical ? perProcess : shared)) refuse("capacity", "UNAVAILABLE");
    if (!critical && loopDelay() > tolerableDelayMilliseconds) refuse("loop_delay", "UNAVAILABLE");
  };
  const count = (holder: string, change: 1 | -1) => {
    total += change;
    const own = (underWay.get(holder) ?? 0) + change;
    if (own === 0) underWay.delete(holder);
    else underWay.set(holder, own);
  };

  return {
    async run(applicant, work) {
      requireRoom(applicant);
      count(applicant.holder, 1);
      try {
        return await work();
      } finally {
        count(applicant.holder, -1);
      }
    },
  };
}
