import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { counted, sequences } from "../../src/model/commands.ts";
import { Model } from "../../src/model/model.ts";
import { startWorld, type World } from "../../src/model/world.ts";

const runs = Number(process.env["MODEL_RUNS"] ?? 1000);
const seed = process.env["MODEL_SEED"];
const path = process.env["MODEL_PATH"];
const commandsOfRun = 30;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

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
    await fc.assert(
      fc.asyncProperty(sequences(2 * commandsOfRun), async (commands) => {
        await fc.asyncModelRun(setUp, commands);
      }),
      {
        numRuns: runs,
        ...(seed !== undefined && { seed: Number(seed) }),
        ...(path !== undefined && { path }),
      },
    );
    console.log(counted);
    expect(counted.commands).toBeGreaterThan(0);
  },
  24 * 3_600_000,
);
