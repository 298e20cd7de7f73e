import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Partner, returnUrl } from "../../src/connector.ts";
import { type ChildService, createChildService } from "../../src/crash/child-service.ts";
import { reportDatabase } from "../../src/crash/database-report.ts";
import { mountSmallDisk, type SmallDisk } from "../../src/crash/small-disk.ts";
import { send } from "../../src/http.ts";
import type { Proven } from "../../src/journey.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { openSession, visit } from "../../src/visit.ts";

const recoveryMilliseconds = 10_000;
let service: ChildService;
let bound: Partner;
let claimant: Partner;
let claim: Proven;

const call = (target: string, { key }: Partner, body?: object) =>
  send(target, service.url, { key, body });
const register = (partner: Partner, proven: Proven) =>
  call("POST /v1/github/installation", partner, proven);
const startAttempt = (partner: Partner) =>
  call(`GET /v1/github/installation/install-url?${new URLSearchParams({ returnUrl })}`, partner);

async function prove(partner: Partner, login: string, account: string): Promise<Proven> {
  const { state } = (await startAttempt(partner)).body as Proven;
  const installationId = service.sandbox.world.installation(account)?.id ?? 0;
  const query = new URLSearchParams({ state, installation_id: String(installationId) });
  const session = await openSession(service.sandbox, login);
  const ending = await visit(`${service.url}/github/app/callback?${query}`, session);
  expect(ending).toHaveProperty("partner");
  return { state, installationId };
}

/** One organization is bound, another has a proof that it has not posted yet. */
async function setUp(folder?: string): Promise<void> {
  service = await createChildService({ folder });
  service.sandbox.world.install("octocat");
  await service.start();
  bound = await service.addPartner("Bound");
  claimant = await service.addPartner("Claimant");
  const proven = await prove(bound, "octocat", "octocat");
  expect((await register(bound, proven)).status).toBe(201);
  claim = await prove(claimant, "globex-admin", "globex");
}

async function expectNoWrites(): Promise<void> {
  expectRefusal(await register(claimant, claim), "UNAVAILABLE");
  expectRefusal(await startAttempt(claimant), "UNAVAILABLE");
  expect(await service.isReady()).toBe(false);
  expect((await call("GET /v1/github/installation", bound)).status).toBe(200);
  expect((await call("GET /v1/github/installation", claimant)).status).toBe(404);
}

async function expectRecovery(): Promise<void> {
  const until = performance.now() + recoveryMilliseconds;
  while (!(await service.isReady())) expect(performance.now()).toBeLessThan(until);
  expect((await register(claimant, claim)).status).toBe(201);
  expect((await call("DELETE /v1/github/installation", bound)).status).toBe(200);
  expect(reportDatabase(service.databaseFile).broken).toEqual([]);
}

describe("A224: a disk that is full", () => {
  let disk: SmallDisk | undefined;
  beforeEach(async ({ skip }) => {
    disk = mountSmallDisk();
    if (!disk) return skip("Only root may mount a small disk.");
    await setUp(disk.folder);
  }, 60_000);
  afterEach(async () => {
    if (!disk) return;
    await service[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  });

  test("stops what writes, not what reads, until there is room again", async () => {
    await disk?.fill();
    while ((await startAttempt(claimant)).status === 200);
    // What was written in vain left a little room in the log.
    while (await service.isReady());
    await expectNoWrites();
    await disk?.free();
    await expectRecovery();
  }, 60_000);

  test("that is read-only is served as far as it can be read", async () => {
    await service.kill();
    disk?.setReadOnly(true);
    await service.start("/livez");
    await expectNoWrites();
    await service.kill();
    disk?.setReadOnly(false);
    await service.start();
    await expectRecovery();
  }, 60_000);
});

describe.runIf(spawnSync("prlimit", ["--version"]).status === 0)(
  "A224: a disk that takes nothing",
  () => {
    beforeEach(() => setUp(), 60_000);
    afterEach(() => service[Symbol.asyncDispose]());

    /** The largest file that the service may write. */
    const limit = (bytes: number | "unlimited") =>
      expect(spawnSync("prlimit", ["--pid", String(service.pid), `--fsize=${bytes}:`]).status).toBe(
        0,
      );

    test("stops what writes, not what reads, until it takes it again", async () => {
      limit(0);
      await expectNoWrites();
      limit("unlimited");
      await expectRecovery();
    }, 60_000);

    test("when the service dies too, nothing is half written", async () => {
      limit(0);
      expect((await register(claimant, claim)).status).toBe(503);
      await service.kill();
      await service.start();
      await expectRecovery();
    }, 60_000);
  },
);
