import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Effort, interleave, type Series } from "./http-goal.ts";
import type { Variant } from "./launch.ts";
import { pinLoad, pinning } from "./pinning.ts";
import { startServer } from "./server.ts";
import { summarize } from "./statistics.ts";
import { createWorld, type World } from "./world.ts";

const service = "../../../apps/standalone/src/main.ts";

/** One goal: our answer to a request beside others that answer the same bytes. */
interface Goal {
  readonly id: string;
  readonly what: string;
  readonly path: string;
  readonly others: readonly Omit<Variant, "path">[];
}

const raw = { name: "raw node:http", file: "raw.mjs" };
const goals: readonly Goal[] = [
  {
    id: "P1",
    what: "GET /v1/whoami in process: edge, key, budget, output",
    path: "/v1/whoami",
    others: [
      raw,
      { name: "bare Express", file: "express.ts" },
      { name: "tRPC's own adapter", file: "trpc-adapter.ts" },
    ],
  },
  {
    id: "P2",
    what: "GET /v1/github/installation: key, budget, SQLite, output",
    path: "/v1/github/installation",
    others: [raw, { name: "straightforward Express + tRPC", file: "straightforward.ts" }],
  },
];

async function main(): Promise<void> {
  const [rounds = 5, seconds = 3] = process.argv.slice(2).map(Number);
  pinLoad();
  await using world = await createWorld();
  const sections: string[] = [];
  for (const goal of goals) sections.push(await run(goal, world, { rounds, seconds }));
  const report = `# Results

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${pinning}.
${rounds} interleaved rounds of ${seconds} s with 64 connections, medians. CPU is the server process's, all threads.
\`npm run bench\` writes this page anew; \`npm run bench -- <rounds> <seconds>\` sizes it.

${sections.join("\n\n")}
`;
  writeFileSync(fileURLToPath(new URL("../results.md", import.meta.url)), report);
  console.log(report);
}

async function run({ id, what, path, others }: Goal, world: World, effort: Effort) {
  const ours: Variant = {
    name: "ours",
    file: service,
    path,
    headers: world.headers,
    env: world.env,
  };
  const body = await answerOf(ours);
  const variants = others.map((other) => toVariant(other, { path, body, world }));
  const series = await interleave([ours, ...variants], effort);
  return `## ${id}: ${what}

| variant | requests/s | CPU µs/request | CPU of it over ours | RSS MiB under load |
|---|---|---|---|---|
${[...series.values()].map((each) => toRow(each, series.get("ours") as Series)).join("\n")}`;
}

async function answerOf(variant: Variant): Promise<string> {
  await using server = await startServer(variant);
  return server.answer.body;
}

interface Same {
  readonly path: string;
  readonly body: string;
  readonly world: World;
}

function toVariant(other: Omit<Variant, "path">, { path, body, world }: Same): Variant {
  return {
    ...other,
    path: other.file === "trpc-adapter.ts" ? "/whoami" : path,
    headers: world.headers,
    env: { ...world.env, BODY: body, ROUTE: path },
  };
}

function toRow({ name, rounds }: Series, ours: Series): string {
  const median = (figures: readonly number[]) => summarize(figures).median;
  const rate = median(rounds.map((round) => round.requestsPerSecond));
  const cpu = median(rounds.map((round) => round.cpuMicrosecondsPerRequest));
  const ratios = rounds.map(
    (round, index) =>
      round.cpuMicrosecondsPerRequest /
      (ours.rounds[index]?.cpuMicrosecondsPerRequest ?? Number.NaN),
  );
  const { median: ratio, lower, upper } = summarize(ratios);
  const rss = median(rounds.map((round) => round.rssBytes)) / 2 ** 20;
  const spread = `${ratio.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
  return `| ${name} | ${Math.round(rate)} | ${cpu.toFixed(1)} | ${spread} | ${Math.round(rss)} |`;
}

await main();
