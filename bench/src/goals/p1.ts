import type { Effort } from "../effort.ts";
import type { Figure, Section } from "../figure.ts";
import { absoluteTable, cpuRatios, interleave, type Series } from "../interleave.ts";
import type { World } from "../world.ts";
import { answerOf, ownHeaders, repeating, service } from "./variants.ts";

const details = `\`GET /v1/whoami\` is the operation that does the least: edge, key check, scope, budget, input, output, and
no database but for a look at the key each 0.9 s. All others answer its body as a constant and check
nothing. "raw" sends that body alone; "raw with our headers" the security, rate limit and request id
headers too, as constants. "our HTTP alone" is our edge and REST routes over a call that answers a constant.`;

/** In-process REST, trivial operation. */
export async function measureP1(world: World, effort: Effort): Promise<Section> {
  const ours = service(world, "/v1/whoami");
  const answer = await answerOf(ours);
  const own = { HEADERS: JSON.stringify(ownHeaders(answer)) };
  const repeat = repeating.bind(undefined, ours, answer);
  const series = await interleave(
    [
      ours,
      repeat({ name: "raw", file: "raw.mjs" }),
      repeat({ name: "raw with our headers", file: "raw.mjs", env: own }),
      repeat({ name: "Express", file: "express.ts" }),
      repeat({ name: "tRPC's HTTP adapter", file: "trpc-adapter.ts", path: "/whoami" }),
      repeat({ name: "our HTTP alone", file: "rest-only.ts" }),
      { ...ours, name: "whoami, each request logged", env: { ...world.env, LOG_LEVEL: "info" } },
    ],
    effort,
  );
  return {
    title: "P1: in-process REST, trivial operation",
    details: `${details}\n\n${absoluteTable(series)}`,
    figures: figuresOf(series),
  };
}

function figuresOf(series: ReadonlyMap<string, Series>): Figure[] {
  const of = (name: string, what = "Layers") => ({
    what: what === "Layers" ? "whoami" : what,
    over: name,
    values: cpuRatios(series, { of: name, over: what }),
    best: "most" as const,
  });
  return [
    { ...of("raw"), target: 0.6, stretch: 0.75 },
    { ...of("tRPC's HTTP adapter"), unit: " ×", target: 3.5, stretch: 4.5 },
    { ...of("Express"), unit: " ×" },
    of("raw with our headers"),
    of("raw", "our HTTP alone"),
    of("raw", "whoami, each request logged"),
  ];
}
