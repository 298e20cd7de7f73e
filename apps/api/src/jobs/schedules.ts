import type { Store } from "@layers/storage";
import { type Clock, seconds } from "../clock.ts";
import type { Enqueue, JobKind } from "./job-kind.ts";

/** A job without a payload that is asked for again and again, by one of all processes. */
export interface Schedule {
  readonly kind: JobKind<Record<string, never>>;
  readonly everySeconds: number;
}

export interface ScheduleDeps {
  readonly store: Pick<Store, "transaction">;
  readonly clock: Clock;
  readonly enqueue: Enqueue;
}

/** Asks for the jobs whose time has come. */
export async function enqueueScheduled(
  { store, clock, enqueue }: ScheduleDeps,
  schedules: readonly Schedule[],
): Promise<void> {
  for (const { kind, everySeconds } of schedules)
    await store.transaction(async (tx) => {
      if (!(await tx.jobs.takeTurn(kind.name, seconds(everySeconds), clock()))) return;
      await enqueue(tx, kind, { payload: {}, uniqueKey: "schedule" });
    });
}
