import type { Effort } from "./effort.ts";
import { digits } from "./figure.ts";
import type { Variant } from "./launch.ts";
import { type Measurement, measure, warm } from "./load.ts";
import { type Server, startServer } from "./server.ts";
import { summarize } from "./statistics.ts";

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
  for (const server of servers) await warm(server, { rounds, seconds });
  for (let round = 0; round < rounds; round++)
    for (const server of servers)
      series.get(server.variant.name)?.rounds.push(await measure(server, seconds));
  return series;
}

/** Round by round, the CPU of one variant's request over that of another's. */
export function cpuRatios(
  series: ReadonlyMap<string, Series>,
  names: { readonly of: string; readonly over: string },
): number[] {
  const cpu = (name: string) =>
    (series.get(name)?.rounds ?? []).map((round) => round.cpuMicrosecondsPerRequest);
  const over = cpu(names.over);
  return cpu(names.of).map((value, round) => value / (over[round] ?? Number.NaN));
}

/** What was measured, in units: of this machine at this hour. */
export function absoluteTable(series: ReadonlyMap<string, Series>): string {
  const rows = [...series.values()].map(({ name, idleRssBytes, rounds }) => {
    const median = (of: (round: Measurement) => number) => summarize(rounds.map(of)).median;
    const figures = [
      median((round) => round.cpuMicrosecondsPerRequest),
      median((round) => round.requestsPerSecond),
      idleRssBytes / 2 ** 20,
      median((round) => round.rssBytes) / 2 ** 20,
    ];
    return `| ${name} | ${figures.map(digits).join(" | ")} |`;
  });
  return `| variant | CPU µs a request | requests/s | RSS MiB idle | RSS MiB under load |
|---|---|---|---|---|
${rows.join("\n")}`;
}
