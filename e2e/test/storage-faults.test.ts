import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { type DatabaseReport, reportDatabase } from "../src/crash/database-report.ts";
import { createFaultyStore, type FaultKind, faultKinds } from "../src/faults/faulty-store.ts";
import { account, type Scenario, type Stage, scenarios } from "../src/faults/scenarios.ts";
import type { Answer } from "../src/http.ts";
import { arrivedWith, customerBrowser, getInstallUrl, register, signIn } from "../src/journey.ts";
import { expectRefusal } from "../src/refusal.ts";
import { callOver } from "../src/transports.ts";
import { type Ending, openSession, type Session, visit } from "../src/visit.ts";

const faults = createFaultyStore();
/** More calls than any request makes. */
const tooMany = 60;
/** Every write waits for the disk, and there are hundreds. */
const timeout = 60_000;

let connector: Connector;
let session: Session;
let registeredAt: DatabaseReport["registeredAt"];
let liveTokens: number;
beforeAll(async () => {
  connector = await startConnector({ wrapStore: faults.wrap, edition: "ghes-3.3" });
  session = await openSession(connector.sandbox, account.admin);
});
afterAll(() => connector[Symbol.asyncDispose]());
beforeEach(async () => {
  registeredAt = new Map();
  liveTokens = await countLiveTokens();
});

async function countLiveTokens(): Promise<number> {
  const response = await fetch(`${connector.sandbox.url}/_sandbox/state`);
  const state = (await response.json()) as { live_tokens: { installation: number } };
  return state.live_tokens.installation;
}

async function openStage(): Promise<Stage> {
  if (!connector.sandbox.world.installation(account.login))
    connector.sandbox.world.install(account.login);
  return { connector, session, partner: await connector.addPartner() };
}

/** I1, I2, I4 and I6 by the tables, and I3: what is registered keeps its time. */
function expectInvariants(): void {
  const report = reportDatabase(connector.databaseFile);
  expect(report.broken).toEqual([]);
  for (const [id, at] of registeredAt) expect(report.registeredAt.get(id)).toBe(at);
  registeredAt = report.registeredAt;
}

/** I6: of a binding that has ended no token lives, whatever went wrong before. */
async function endBinding({ key }: Partner, kind: FaultKind): Promise<void> {
  const { status } = await callOver("REST", connector, { name: "github.detachInstallation", key });
  expect([200, 404]).toContain(status);
  expectInvariants();
  const left = await countLiveTokens();
  // A token that could not be written down was told to nobody. It lives for an hour.
  if (kind !== "lasting") expect(left).toBeLessThanOrEqual(liveTokens);
  liveTokens = left;
}

const isSuccess = ({ status }: Answer) => status >= 200 && status < 300;

function expectSuccessOrUnavailable(answer: Answer): void {
  if (!isSuccess(answer)) expectRefusal(answer, "UNAVAILABLE");
}

function expectSuccessAgain(answer: Answer, { refusedOnceDone }: Scenario): void {
  if (refusedOnceDone && !isSuccess(answer)) expectRefusal(answer, refusedOnceDone);
  else expect(isSuccess(answer), answer.text).toBe(true);
}

describe.each(faultKinds)("R-06: a storage call that fails (%s)", (kind) => {
  test.each(scenarios)(
    "does no harm to $name, whichever call it is",
    { timeout },
    async (scenario) => {
      const failed = new Set<string>();
      for (let n = 1; n < tooMany; n++) {
        const stage = await openStage();
        const call = await scenario.prepare(stage);
        faults.arm(kind, n);
        const answer = await callOver("REST", connector, call);
        const calls = faults.disarm();
        expectSuccessOrUnavailable(answer);
        expectInvariants();
        if (calls.length === 0) {
          expect(isSuccess(answer), answer.text).toBe(true);
          await endBinding(stage.partner, kind);
          break;
        }
        for (const each of calls) failed.add(each);
        // An Idempotency-Key that could not be freed is taken for a request that still runs.
        if (kind !== "undone" && call.headers?.["idempotency-key"]) connector.advance(61);
        expectSuccessAgain(await callOver("REST", connector, call), scenario);
        expectInvariants();
        await endBinding(stage.partner, kind);
      }
      expect(failed).toContain(scenario.identifiedBy);
    },
  );
});

describe.each(faultKinds)("R-06: a storage call that fails (%s) under a person's click", (kind) => {
  test("shows a page from which the person comes to the end", { timeout }, async () => {
    for (let n = 1; n < tooMany; n++) {
      const { partner } = await openStage();
      const { state } = await getInstallUrl(connector, partner);
      const browser = customerBrowser();
      await signIn(browser, connector, account.admin);
      await browser.visit(`${connector.url}/github/app/connect?${new URLSearchParams({ state })}`);
      faults.arm(kind, n);
      await browser.click(`Connect ${account.login}`);
      if (faults.disarm().length === 0) {
        expect(n).toBeGreaterThan(5);
        return;
      }
      await browser.click("Try again");
      // When the click had its effect there is nothing left to be asked.
      if (browser.buttons.includes(`Connect ${account.login}`))
        await browser.click(`Connect ${account.login}`);
      const { installation_id, error } = arrivedWith(browser);
      expect(error).toBeUndefined();
      const proven = { state, installationId: Number(installation_id) };
      expect((await register(connector, partner, proven)).status).toBe(201);
      await endBinding(partner, kind);
    }
  });
});

describe.each(faultKinds)(
  "R-06: a storage call that fails (%s) during the install flow",
  (kind) => {
    interface Run {
      readonly state: string;
      readonly installationId: number;
    }
    const query = (parameters: Record<string, string>) =>
      new URLSearchParams(parameters).toString();
    const installed = ({ state, installationId }: Run, setup_action: string) =>
      `/github/app/callback?${query({ state, setup_action, installation_id: String(installationId) })}`;
    const ways: [what: string, path: (run: Run) => string, click: "connect" | "decline"][] = [
      [
        "what is installed already",
        ({ state }) => `/github/app/connect?${query({ state })}`,
        "connect",
      ],
      ["a new installation", (run) => installed(run, "install"), "connect"],
      ["a person who declines", (run) => installed(run, "install"), "decline"],
      [
        "a request to the owners",
        ({ state }) => `/github/app/callback?${query({ state, setup_action: "request" })}`,
        "connect",
      ],
    ];

    const isArrival = (ending: Ending): boolean => "partner" in ending;

    test.each(ways)("leaves a way to the end: %s", { timeout }, async (_what, path, click) => {
      for (let n = 1; n < tooMany; n++) {
        const { partner } = await openStage();
        const { state } = await getInstallUrl(connector, partner);
        const { id } = connector.sandbox.world.installation(account.login) ?? expect.fail();
        const start = connector.url + path({ state, installationId: id });
        faults.arm(kind, n);
        const ending = await visit(start, session, { click });
        const calls = faults.disarm();
        expectInvariants();
        if (calls.length === 0) {
          expect(isArrival(ending)).toBe(true);
          expect(n).toBeGreaterThan(5);
          return;
        }
        if (!isArrival(ending)) expect(ending).toEqual({ page: 503 });
        const again = await visit(start, session, { click });
        expect(isArrival(again), `${calls[0]}: ${JSON.stringify(again)}`).toBe(true);
        const { installation_id } = "partner" in again ? again.partner : {};
        if (installation_id !== undefined) {
          const proven = { state, installationId: Number(installation_id) };
          expect((await register(connector, partner, proven)).status).toBe(201);
        }
        expectInvariants();
        await endBinding(partner, kind);
      }
    });
  },
);
