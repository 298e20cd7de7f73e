import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { openDatabase } from "../../src/database.ts";
import { bindAcme } from "../../src/journey.ts";
import { deliver, installationEvent, signDelivery } from "../../src/webhooks/sign.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const actions = ["created", "suspend", "unsuspend", "new_permissions_accepted", "deleted"];

const permute = (items: readonly string[]): string[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) =>
        permute(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
      );

const permutations = permute(actions);

let connector: Connector;
let partner: Partner;
let installationId: number;
beforeAll(async () => {
  connector = await startConnector({ works: true });
  partner = await connector.addPartner();
  ({ installationId } = await bindAcme(connector, partner));
  await connector.jobsDone();
});
afterAll(() => connector[Symbol.asyncDispose]());

/** As it was before anything happened. */
function reset(): void {
  const database = openDatabase(connector);
  database.exec(`update "bindings" set "status" = 'active', "endedAt" = null`);
  database.close();
}

async function statusAfter(order: readonly string[]): Promise<unknown> {
  reset();
  const deliveries = order.flatMap((action) => {
    const payload = installationEvent(action, installationId);
    return [0, 1].map(() => signDelivery({ event: "installation", payload }));
  });
  for (const delivery of deliveries) expect(await deliver(connector.url, delivery)).toBe(202);
  await connector.jobsDone();
  expect(await connector.store.jobs.list({ status: "dead" }, 1)).toEqual([]);
  return (await connector.store.bindings.findShown(partner.organizationId))?.status;
}

describe("W-05 A187: events in any order, each twice, end in what GitHub says", () => {
  test.each<[string, () => void, string[][]]>([
    ["active", () => undefined, permutations.filter((_order, index) => index % 6 === 0)],
    [
      "suspended",
      () => connector.sandbox.world.suspend("acme-coffee"),
      permutations.filter((_order, index) => index % 6 === 3),
    ],
    ["uninstalled", () => connector.sandbox.world.uninstall("acme-coffee"), permutations],
  ])("%s", async (truth, makeTrue, orders) => {
    makeTrue();
    const ends: unknown[] = [];
    for (const order of orders) ends.push(await statusAfter(order));
    expect(ends).toEqual(orders.map(() => truth));
  });

  test("there are 120 orders", () => {
    expect(new Set(permutations.map((order) => order.join())).size).toBe(120);
  });
});
