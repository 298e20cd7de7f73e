import type { Jobs } from "@layers/storage";
import type { z } from "zod";
import type { Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import { standardDelays } from "./retry-delay.ts";

/** What is done first: uninstalls before all that somebody waits for, and that before all else. */
export const lanes = { uninstall: 0, normal: 1, bulk: 2 } as const;

/** A kind of jobs, as data. Its handler is registered apart, so that whoever asks need not know it. */
export interface JobKind<P> {
  /** Never changed once jobs of it may wait somewhere. */
  readonly name: string;
  /** Converts to JSON and back. Holds no secret. */
  readonly payload: z.ZodType<P>;
  readonly lane?: (typeof lanes)[keyof typeof lanes];
  /** Seconds before each further try; a job that fails after the last one is given up. */
  readonly retryDelays?: readonly number[];
  /** Whether a job that is done can be looked up for a day. */
  readonly keep?: boolean;
}

/** A job to be done. */
export interface JobRequest<P> {
  readonly payload: P;
  /** For whoever writes it down elsewhere as well; a new one without it. */
  readonly id?: string;
  /** Whose work it is; the service's own without one. */
  readonly organizationId?: string;
  /** While a job of the kind and the organization waits with it, no other is added. */
  readonly uniqueKey?: string;
  /** Epoch microseconds; at once without one. */
  readonly runAt?: number;
}

/**
 * Asks for a job within the caller's transaction, and returns its id. The job is done at least once, if
 * the transaction commits, and never if it does not.
 */
export type Enqueue = <P>(
  tx: { readonly jobs: Pick<Jobs, "enqueue"> },
  kind: JobKind<P>,
  request: JobRequest<P>,
) => Promise<string>;

export function createEnqueue(clock: Clock): Enqueue {
  return (tx, kind, { payload, id = newId("job"), organizationId = "", uniqueKey, runAt }) => {
    const createdAt = clock();
    return tx.jobs.enqueue({
      id,
      kind: kind.name,
      organizationId,
      lane: kind.lane ?? lanes.normal,
      uniqueKey: uniqueKey ?? null,
      payload: JSON.stringify(kind.payload.parse(payload)),
      maxAttempts: (kind.retryDelays ?? standardDelays).length + 1,
      runAt: runAt ?? createdAt,
      createdAt,
    });
  };
}
