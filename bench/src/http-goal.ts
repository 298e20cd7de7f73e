import type { Variant } from "./launch.ts";
import { type Measurement, measure } from "./load.ts";
import { type Server, startServer } from "./server.ts";

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

/** Measurements of one variant, one a round. */
export interface Series {
  readonly name: string;
  readonly idleRssBytes: number;
  readonly rounds: readonly Measurement[];
}

/** Runs the variants in turns, A B C A B C, so that whatever disturbs the machine disturbs them all. */
export async function interleave(
  variants: readonly Variant[],
  { rounds, seconds }: Effort,
): Promise<Map<string, Series>> {
  await using running = new AsyncDisposableStack();
  const series = new Map<string, Series & { rounds: Measurement[] }>();
  const servers: Server[] = [];
  for (const variant of variants) {
    const server = running.use(await startServer(variant));
    const { rssBytes } = await server.usage();
    servers.push(server);
    series.set(variant.name, { name: variant.name, idleRssBytes: rssBytes, rounds: [] });
  }
  for (const server of servers) await measure(server, seconds);
  for (let round = 0; round < rounds; round++)
    for (const server of servers)
      series.get(server.variant.name)?.rounds.push(await measure(server, seconds));
  return series;
}
