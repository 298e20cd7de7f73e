import type { Effort } from "../effort.ts";
import type { Section } from "../figure.ts";
import { probe } from "../probe.ts";
import type { World } from "../world.ts";

const details = `CPU time in a process of its own. "Look-up" is the key made of a binding and a scope, the search among
20,000 tokens and the check of its expiry: in a \`Map\`, and in the LRU cache that bounds our memory. The
vault adds what makes it safe to hand the token out: the wish's scope, the jitter of renewals, the clock,
and two promises, because the token may have to be read or minted.`;

/** A token from the cache. */
export async function measureP5(world: World, effort: Effort): Promise<Section> {
  const { map = [], cache = [], vault = [] } = await probe("token-cache", world, effort);
  const goal = { best: "least", unit: " µs", target: 0.1, stretch: 0.1 } as const;
  return {
    title: "P5: a cached token",
    details,
    figures: [
      { what: "look-up in the LRU cache", over: "", values: cache, ...goal },
      { what: "look-up in a Map", over: "", values: map, best: "least", unit: " µs" },
      { what: "`vault.get` as called", over: "", values: vault, best: "least", unit: " µs" },
    ],
  };
}
