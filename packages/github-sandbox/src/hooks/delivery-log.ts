import type { Deps } from "../deps.ts";
import type { HookDelivery } from "../world/model.ts";

const dayMs = 24 * 60 * 60 * 1000;
const mostEntries = 10_000;

/** GitHub's ids are beyond 2^53: whoever reads them as JavaScript numbers takes one for another. */
const firstId = 3_842_091_948_768_772_096n;

/** What was delivered in the last three days by the stand-in's own clock; seven on Enterprise Server. */
export function createDeliveryLog({
  store,
  now,
  edition,
}: Pick<Deps, "store" | "now" | "edition">) {
  const keptMs = (edition === "ghes-3.3" ? 7 : 3) * dayMs;

  function kept(): HookDelivery[] {
    const { state } = store;
    const oldest = now() - keptMs;
    state.hookDeliveries = state.hookDeliveries.filter((row) => row.deliveredAt > oldest);
    return state.hookDeliveries;
  }

  return {
    nextId(): string {
      const { state } = store;
      state.deliveriesBegun += 1;
      return String(firstId + BigInt(state.deliveriesBegun));
    },
    add(delivery: HookDelivery) {
      const rows = kept();
      rows.push(delivery);
      if (rows.length > mostEntries) rows.shift();
      store.changed();
    },
    /** Newest first. */
    list: () => kept().toSorted((left, right) => (BigInt(left.id) < BigInt(right.id) ? 1 : -1)),
    byId: (id: string) => kept().find((delivery) => delivery.id === id),
  };
}
