import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { counted, sequences } from "../../src/model/commands.ts";
import { Model } from "../../src/model/model.ts";
import { startWorld, type World } from "../../src/model/world.ts";

const runs = Number(process.env["MODEL_RUNS"] ?? 1000);
/** The same for everybody, so that a change is what makes the difference; another by MODEL_SEED. */
const seed = Number(process.env["MODEL_SEED"] ?? 20_261_121);
/** With the seed, the `path` and the `replayPath` that a failure prints repeat it. */
const path = process.env["MODEL_PATH"];
const replayPath = process.env["MODEL_REPLAY_PATH"];
const commandsOfRun = 30;
const millisecondsOfRun = 2000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

/** A service with two organizations, and the App installed on one account. */
async function setUp() {
  const organizations = await world.reset();
  const model = new Model(
    organizations.map(({ id, key }) => ({ id, key, suspended: false })),
    Date.now(),
  );
  const globex = world.sandbox.world.installation("globex");
  if (globex)
    model.installations.push({ id: globex.id, account: "globex", exists: true, suspended: false });
  return { model, real: world };
}

test(
  `in ${runs} runs of ${commandsOfRun} commands the service does what its model does`,
  async () => {
    const startedAt = process.hrtime.bigint();
    await fc.assert(
      // Lengths are drawn evenly: half of the longest on the average.
      fc.asyncProperty(sequences(2 * commandsOfRun, replayPath), async (commands) => {
        await fc.asyncModelRun(setUp, commands);
      }),
      { numRuns: runs, seed, ...(path !== undefined && { path }) },
    );
    const seconds = Number((process.hrtime.bigint() - startedAt) / 1_000_000_000n);
    console.log(`Seed ${seed}: ${runs} runs, ${counted.commands} commands, ${seconds} s.`);
    expect(counted.commands).toBeGreaterThan(runs);
  },
  60_000 + runs * millisecondsOfRun,
);
