import type { Effort } from "../effort.ts";
import type { Section } from "../figure.ts";
import { absoluteTable, cpuRatios, interleave } from "../interleave.ts";
import type { World } from "../world.ts";
import { answerOf, repeating, service } from "./variants.ts";

const details = `The same request as a partner makes it: key, scope, budget, the binding, output. "straightforward"
is [the same route as most would write it](src/servers/straightforward.ts) over the same database: Express
with a JSON parser, a tRPC router with a middleware for each concern, zod in and out, Kysely as published.
Ours remembers the row for as long as nothing is written to the database, and nothing is written here but
a key's last use.`;

/** A real read: key, budget, SQLite, output. */
export async function measureP2(world: World, effort: Effort): Promise<Section> {
  const ours = service(world, "/v1/github/installation");
  const series = await interleave(
    [
      ours,
      repeating(ours, await answerOf(ours), { name: "raw", file: "raw.mjs" }),
      { ...ours, name: "straightforward", file: "straightforward.ts" },
    ],
    effort,
  );
  const saves = (of: string) => cpuRatios(series, { of, over: "Layers" });
  return {
    title: "P2: GET /v1/github/installation",
    details: `${details}\n\n${absoluteTable(series)}`,
    figures: [
      {
        what: "installation",
        over: "raw",
        values: saves("raw"),
        best: "most",
        target: 0.4,
        stretch: 0.5,
      },
      {
        what: "installation",
        over: "straightforward Express + tRPC",
        values: saves("straightforward"),
        best: "most",
        unit: " ×",
        target: 4,
        stretch: 5,
      },
    ],
  };
}
