import type { Effort } from "../effort.ts";
import { digits, type Figure, type Section } from "../figure.ts";
import { interleave, type Series } from "../interleave.ts";
import { firstAnswer, launch, type Variant } from "../launch.ts";
import { timeRatios } from "../probe.ts";
import { summarize } from "../statistics.ts";
import type { World } from "../world.ts";
import { answerOf, repeating, service } from "./variants.ts";

/** Milliseconds from the start of the process to its first 200. */
async function startUp(variant: Variant): Promise<number> {
  const startedAt = performance.now();
  await using launched = await launch(variant);
  await firstAnswer(launched, variant);
  return performance.now() - startedAt;
}

/** Starting, and memory. */
export async function measureP8(world: World, effort: Effort): Promise<Section> {
  const ours = service(world, "/v1/whoami");
  const raw = repeating(ours, await answerOf(ours), { name: "raw", file: "raw.mjs" });
  const starts = { raw: [] as number[], ours: [] as number[] };
  for (let round = 0; round < 2 * effort.rounds; round++) {
    starts.raw.push(await startUp(raw));
    starts.ours.push(await startUp(ours));
  }
  const series = await interleave([raw, ours], effort);
  const median = (figures: readonly number[]) => digits(summarize(figures).median);
  const goal = { over: "raw", best: "least", unit: " ×" } as const;
  const figures: Figure[] = [
    {
      what: "start to the first 200, from sources",
      values: timeRatios(starts.ours, starts.raw),
      ...goal,
      target: 8,
      stretch: 5,
    },
    { what: "memory, idle", values: idle(series), ...goal, target: 1.5, stretch: 1.5 },
    { what: "memory under load", values: loaded(series), ...goal, target: 2, stretch: 2 },
  ];
  return {
    title: "P8: start and memory",
    details: `From the start of the process to the first 200 of \`GET /v1/whoami\`: ${median(starts.raw)} ms raw (JavaScript, \`node:http\`
alone), ${median(starts.ours)} ms ours (TypeScript, types stripped at each start, the database opened and looked at).
Memory is the resident set, just started and when the load ends: ${memory(series, "raw")} MiB raw, ${memory(series, "Layers")} MiB ours.`,
    figures,
  };
}

type All = ReadonlyMap<string, Series>;

const idle = (series: All): number[] => [
  (series.get("Layers")?.idleRssBytes ?? Number.NaN) / (series.get("raw")?.idleRssBytes ?? 1),
];

const rssOf = (series: All, name: string) =>
  (series.get(name)?.rounds ?? []).map(({ rssBytes }) => rssBytes);

const loaded = (series: All): number[] => timeRatios(rssOf(series, "Layers"), rssOf(series, "raw"));

const memory = (series: All, name: string): string => {
  const bytes = [series.get(name)?.idleRssBytes ?? 0, summarize(rssOf(series, name)).median];
  return bytes.map((each) => digits(each / 2 ** 20)).join(" and ");
};
