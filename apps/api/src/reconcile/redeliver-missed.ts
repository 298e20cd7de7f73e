import type { Store } from "@layers/storage";
import { type Clock, days, minutes } from "../clock.ts";
import type { GitHub, GitHubDelivery } from "../github/github.ts";
import type { Log } from "../log.ts";

export interface RedeliverDeps {
  readonly store: Pick<Store, "marks" | "missedDeliveries" | "webhookDeliveries">;
  readonly github: Pick<GitHub, "listDeliveries" | "redeliver">;
  readonly clock: Clock;
  readonly log: Log;
}

const mark = "deliveries";
/** GitHub keeps its log for three days. */
const oldest = days(3);
/** What GitHub writes into its log late is still seen. */
const overlap = minutes(10);
const mostTimes = 3;

/**
 * Looks through what GitHub tried to deliver since the last time, and asks again for what did not arrive,
 * three times at the most. Returns how many were asked for.
 */
export async function redeliverMissed(deps: RedeliverDeps): Promise<number> {
  const { store, clock, log } = deps;
  const since = (await store.marks.find(mark)) ?? clock() - oldest;
  const attempts = await readSince(deps, since - overlap);
  let asked = 0;
  for (const [guid, tries] of Map.groupBy(attempts, (attempt) => attempt.guid.toLowerCase()))
    if (await redeliver(deps, guid, tries)) asked += 1;
  // By GitHub's clock, not by ours.
  await store.marks.put(mark, Math.max(since, ...attempts.map(({ deliveredAt }) => deliveredAt)));
  if (asked > 0) log.warn({ asked }, "webhooks did not arrive, and GitHub is asked for them again");
  return asked;
}

/** The newest first. */
async function readSince({ github }: RedeliverDeps, since: number): Promise<GitHubDelivery[]> {
  const found: GitHubDelivery[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await github.listDeliveries(cursor);
    const wanted = items.filter(({ deliveredAt }) => deliveredAt > since);
    found.push(...wanted);
    cursor = wanted.length === items.length ? next : undefined;
  } while (cursor !== undefined);
  return found;
}

async function redeliver(
  { store, github }: RedeliverDeps,
  guid: string,
  tries: readonly GitHubDelivery[],
): Promise<boolean> {
  const [newest] = tries;
  if (!newest || tries.some(({ hasArrived }) => hasArrived)) return false;
  // GitHub may have been too impatient to hear that we have it.
  if (await store.webhookDeliveries.find(guid)) return false;
  const known = await store.missedDeliveries.find(guid);
  const timesAsked = known?.timesAsked ?? 0;
  if (timesAsked >= mostTimes || known?.deliveryId === newest.id) return false;
  await store.missedDeliveries.put({
    guid,
    deliveryId: newest.id,
    deliveredAt: known?.deliveredAt ?? newest.deliveredAt,
    timesAsked: timesAsked + 1,
  });
  return github.redeliver(newest.id);
}
