import { systemClock } from "@layers/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Connector, Partner } from "../../src/connector.ts";
import { bindAcme } from "../../src/journey.ts";
import { whileAnswersAre } from "../../src/upstream.ts";
import { settle, startToldConnector } from "../../src/webhooks/told.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startToldConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
  await settle(connector);
});
afterEach(() => connector[Symbol.asyncDispose]());

let jobs = 0;

/** Does now what a schedule asks for. */
async function reconcile(what: "deliveries" | "installations"): Promise<string> {
  jobs += 1;
  const id = `job_test_${jobs}`;
  const now = systemClock();
  await connector.store.jobs.enqueue({
    id,
    kind: `reconcile.${what}`,
    organizationId: "",
    lane: 1,
    uniqueKey: null,
    payload: "{}",
    maxAttempts: 1,
    runAt: now,
    createdAt: now,
  });
  await settle(connector);
  return id;
}

const status = async () =>
  (await connector.store.bindings.findShown(partner.organizationId))?.status;
const askedAgain = () =>
  connector.sandbox.requests().filter(({ path }) => path.endsWith("/attempts")).length;
const change = (times: number) => {
  for (let each = 0; each < times; each++) {
    connector.sandbox.world.suspend("acme-coffee");
    connector.sandbox.world.unsuspend("acme-coffee");
  }
};

describe("W-08: what GitHub could not deliver", () => {
  test("is asked for again until nothing is missing", async () => {
    connector.sandbox.faultHook({ kind: "fail", percent: 30 });
    change(20);
    await settle(connector);
    connector.sandbox.faultHook([]);
    const guids = new Set(connector.sandbox.deliveries().map(({ guid }) => guid));
    const missing = async () => {
      const found = [...guids].map((guid) => connector.store.webhookDeliveries.find(guid));
      return (await Promise.all(found)).filter((each) => each === undefined).length;
    };
    const lost = await missing();
    expect(lost).toBeGreaterThan(3);
    await reconcile("deliveries");
    expect([await missing(), askedAgain()]).toEqual([0, lost]);
    await reconcile("deliveries");
    expect(askedAgain()).toBe(lost);
    expect(await status()).toBe("active");
  });

  test("is asked for three times and no more", async () => {
    connector.sandbox.faultHook({ kind: "fail" });
    connector.sandbox.world.suspend("acme-coffee");
    await settle(connector);
    for (let each = 0; each < 6; each++) await reconcile("deliveries");
    expect(askedAgain()).toBe(3);
    expect(await status()).toBe("active");
  });

  test("A194: is looked for where GitHub is, wherever its next page is said to be", async () => {
    const asked: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const response = await original(input, init);
      const url = input instanceof Request ? input.url : String(input);
      asked.push(new URL(url).hostname);
      if (!url.includes("/app/hook/deliveries")) return response;
      const headers = new Headers(response.headers);
      headers.set("link", '<https://evil.example/x?cursor=v1_1>; rel="next"');
      return new Response(response.body, { status: response.status, headers });
    };
    const id = await reconcile("deliveries").finally(() => {
      globalThis.fetch = original;
    });
    expect(new Set(asked)).toEqual(new Set(["127.0.0.1"]));
    expect(await connector.store.jobs.find(id)).toMatchObject({ status: "dead" });
  });
});

describe("W-08: bindings that GitHub's webhooks did not tell of", () => {
  test("show what GitHub says after a comparison", async () => {
    connector.sandbox.configureApp({ hook: null });
    connector.sandbox.world.suspend("acme-coffee");
    connector.sandbox.world.renameAccount("acme-coffee", "acme-roasters");
    await reconcile("installations");
    const shown = await connector.store.bindings.findShown(partner.organizationId);
    expect(shown).toMatchObject({ status: "suspended", accountLogin: "acme-roasters" });
    connector.sandbox.world.uninstall("acme-roasters");
    await reconcile("installations");
    expect(await status()).toBe("uninstalled");
  });

  test("are left alone when GitHub takes us for another App", async () => {
    connector.sandbox.configureApp({ hook: null });
    connector.sandbox.world.uninstall("acme-coffee");
    const alter = (body: Record<string, unknown>) =>
      Array.isArray(body) ? body : { ...body, id: 4711 };
    await whileAnswersAre({ path: "/api/v3/app", alter }, connector, async () => {
      const id = await reconcile("installations");
      expect(await connector.store.jobs.find(id)).toMatchObject({ status: "dead" });
    });
    expect(await status()).toBe("active");
  });

  test("are left alone when more than ten and two in a hundred would end", async () => {
    await bindNowhere(11);
    const id = await reconcile("installations");
    expect(await connector.store.jobs.find(id)).toMatchObject({
      status: "dead",
      lastError: expect.stringContaining("11 of 12 bindings would end. Look why"),
    });
    const active = (await connector.store.bindings.list()).filter(({ endedAt }) => !endedAt);
    expect(active).toHaveLength(12);
  });

  test("end when ten would end", async () => {
    await bindNowhere(10);
    await reconcile("installations");
    const active = (await connector.store.bindings.list()).filter(({ endedAt }) => !endedAt);
    expect(active).toHaveLength(1);
  });
});

/** Bindings to installations that GitHub does not have. */
async function bindNowhere(count: number): Promise<void> {
  const { store } = connector;
  const [known] = await store.bindings.list();
  if (!known) throw new Error("Something is bound.");
  const { status: _status, endedAt: _ended, hiddenAt: _hidden, ...like } = known;
  const { version: _version, grantVersion: _grant, ...binding } = like;
  for (let each = 1; each <= count; each++) {
    const { organizationId } = await connector.addPartner();
    const id = `bnd_${each}`;
    await store.bindings.bind({ ...binding, id, organizationId, installationId: 900_000 + each });
  }
}
