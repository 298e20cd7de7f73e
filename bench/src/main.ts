import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Effort } from "./effort.ts";
import { digits, type Section, sectionToMarkdown } from "./figure.ts";
import { measureP1 } from "./goals/p1.ts";
import { measureP2 } from "./goals/p2.ts";
import { measureP5 } from "./goals/p5.ts";
import { measureP6 } from "./goals/p6.ts";
import { measureP8 } from "./goals/p8.ts";
import { machine, shareInUse } from "./machine.ts";
import { readOptions } from "./options.ts";
import { pinLoad } from "./pinning.ts";
import { createWorld, type World } from "./world.ts";

const goals = new Map<string, (world: World, effort: Effort) => Promise<Section>>([
  ["P1", measureP1],
  ["P2", measureP2],
  ["P5", measureP5],
  ["P6", measureP6],
  ["P8", measureP8],
]);

/** Measures the goals that were named; writes results.md when it was all of them. */
async function main(): Promise<void> {
  const { goals: named, ...effort } = readOptions(process.argv.slice(2));
  const unknown = named.find((name) => !goals.has(name));
  if (unknown)
    throw new Error(`There is no goal ${unknown}: name ${[...goals.keys()].join(", ")}.`);
  pinLoad();
  const inUse: number[] = [];
  const parts: string[] = [];
  for (const [name, measure] of goals) {
    if (named.length > 0 && !named.includes(name)) continue;
    await using world = await createWorld();
    inUse.push(await shareInUse());
    const part = sectionToMarkdown(await measure(world, effort));
    console.log(`${part}\n`);
    parts.push(part);
  }
  const report = `${headOf(effort, inUse)}\n\n${parts.join("\n\n")}\n`;
  if (named.length > 0) return;
  const file = fileURLToPath(new URL("../results.md", import.meta.url));
  await writeFile(file, report);
  console.log(`Written to ${file}`);
}

function headOf({ rounds, seconds }: Effort, inUse: readonly number[]): string {
  const busy = inUse.map((share) => `${digits(share * 100)} %`).join(", ");
  return `# Results

${new Date().toISOString().slice(0, 10)}, ${machine()}.
${rounds} rounds of ${seconds} s a variant. Before each goal other programs used ${busy} of the machine.
What a row means: [README.md](README.md).`;
}

await main();
