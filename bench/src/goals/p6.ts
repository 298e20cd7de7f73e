import type { Effort } from "../effort.ts";
import { digits, type Section } from "../figure.ts";
import { probe, timeRatios } from "../probe.ts";
import { summarize } from "../statistics.ts";
import type { World } from "../world.ts";

/** SQLite through our storage. */
export async function measureP6(world: World, effort: Effort): Promise<Section> {
  const read = await probe("sqlite-read", world, effort);
  const insert = await probe("durable-insert", world, effort);
  const median = (figures: readonly number[] = []) => digits(summarize(figures).median);
  return {
    title: "P6: SQLite",
    details: `The read is \`findByKeyId\`, a join of three tables that each busy key is looked up with once in 0.9 s: ${median(read["bare"])} µs of CPU bare and
${median(read["ours"])} µs through Kysely, its queue for the one connection and its promises. The insert is a line of the audit log,
a table and two indexes in one commit with \`synchronous=FULL\`: ${median(insert["ours"])} µs; the floor writes one page of 4 KiB
in place and waits for the disk: ${median(insert["floor"])} µs.`,
    figures: [
      {
        what: "a read through our storage",
        over: "a bare prepared statement",
        values: timeRatios(read["ours"], read["bare"]),
        best: "least",
        unit: " ×",
        target: 2.5,
        stretch: 1.2,
      },
      {
        what: "durable inserts a second",
        over: "the fdatasync floor",
        values: timeRatios(insert["floor"], insert["ours"]),
        best: "most",
        target: 0.8,
        stretch: 0.85,
      },
    ],
  };
}
