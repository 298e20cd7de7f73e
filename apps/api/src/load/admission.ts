import { AppError, type Tier } from "@layers/contracts";

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
}

const perKey = 20;
/** Calls under way in one process; the last fifth is kept for what is critical. */
const perProcess = 1000;
const shared = perProcess * 0.8;
const tolerableDelayMilliseconds = 200;

export function createAdmission({ loopDelay }: AdmissionDeps): Admission {
  const underWay = new Map<string, number>();
  let total = 0;

  const requireRoom = ({ holder, tier, critical }: Applicant) => {
    if (tier === "unlimited") return;
    if ((underWay.get(holder) ?? 0) >= perKey)
      throw new AppError("RATE_LIMITED", { retryAfter: 1 });
    const crowded = total >= perProcess;
    const busy = total >= shared || loopDelay() > tolerableDelayMilliseconds;
    if (crowded || (busy && !critical)) throw new AppError("UNAVAILABLE", { retryAfter: 1 });
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
