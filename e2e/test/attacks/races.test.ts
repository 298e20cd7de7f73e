import { connect } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTarget, type Target } from "../../src/attacks/target.ts";
import { toBytes } from "../../src/attacks/wire.ts";
import { send } from "../../src/http.ts";
import { expectInvariants } from "../../src/invariants.ts";
import { connectInBrowser, type Proven, register } from "../../src/journey.ts";

let target: Target;
beforeEach(async () => {
  target = await startTarget();
});
afterEach(async () => {
  await expectInvariants(target.connector);
  await target.connector[Symbol.asyncDispose]();
});

const call = (line: string, body?: unknown) =>
  send(line, target.connector.url, { key: target.attacker.key, body });

/** Sends and is gone before there can be an answer. */
function sendAndLeave(proof: Proven): Promise<void> {
  const { connector, attacker } = target;
  const bytes = toBytes(connector.url, "POST /v1/github/installation", {
    headers: [`Authorization: Bearer ${attacker.key}`, "Content-Type: application/json"],
    body: JSON.stringify(proof),
  });
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(connector.url);
    const socket = connect(Number(port), hostname, () =>
      socket.write(bytes, () => {
        socket.destroy();
        resolve();
      }),
    );
    socket.on("error", reject);
  });
}

describe("A221: a caller who leaves before the answer", () => {
  test("finds one binding when he comes again, with one time", async () => {
    const { connector, attacker, proof } = target;
    for (let each = 0; each < 20; each++) await sendAndLeave(proof);
    const answers = [];
    for (let each = 0; each < 3; each++) answers.push(await register(connector, attacker, proof));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { store } = connector;
    const lines = await store.audit.list(attacker, 100);
    expect(lines.filter(({ action }) => action === "installation.bind")).toHaveLength(1);
  });
});

describe("A218 O-05: registrations that race", () => {
  test("over all transports and with detaches between leave one binding or none", async () => {
    const { connector, attacker, proof } = target;
    const doors = [connector.url, connector.remoteUrl];
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, each) => {
        const url = doors[each % 2] ?? connector.url;
        const { key } = attacker;
        return each % 10 === 9
          ? send("DELETE /v1/github/installation", url, { key })
          : send("POST /v1/github/installation", url, { key, body: proof });
      }),
    );
    for (const { status } of answers) expect([200, 201, 404, 422]).toContain(status);
    const times = answers.flatMap(({ status, body }) =>
      status === 201 ? [String(Reflect.get(Object(body), "registeredAt"))] : [],
    );
    // A state binds once: however it went, there was one binding.
    expect(new Set(times).size).toBe(1);
  });
});

const steps = {
  bind: () => register(target.connector, target.attacker, target.proof),
  bindAnother: () =>
    register(target.connector, target.attacker, {
      ...target.proof,
      installationId: target.victimsInstallationId,
    }),
  detach: () => call("DELETE /v1/github/installation"),
  uninstall: () => call("DELETE /v1/github/installation?uninstall=true"),
  mint: () => call("POST /v1/github/installation/token", { permissions: { metadata: "read" } }),
  health: () => call("GET /v1/github/installation/health"),
  read: () => call("GET /v1/github/installation"),
} satisfies Record<string, () => Promise<{ status: number }>>;
type Step = keyof typeof steps;

const runs = Number(process.env["FUZZ_RUNS"] ?? 20);

describe("A220: whatever comes in whatever order", () => {
  test("the invariants hold, and no answer is a 5xx", async () => {
    const step = fc.constantFrom(...(Object.keys(steps) as Step[]));
    const schedule = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(schedule, async (rounds) => {
        const { connector, attacker } = target;
        await steps.detach();
        if (!connector.sandbox.world.installation("acme-coffee"))
          connector.sandbox.world.install("acme-coffee");
        const account = { login: "octo-admin", account: "acme-coffee" };
        target = { ...target, proof: await connectInBrowser(connector, attacker, account) };
        for (const round of rounds) {
          const answers = await Promise.all(round.map((each) => steps[each]()));
          for (const { status } of answers) expect(status).toBeLessThan(500);
        }
        await expectInvariants(connector);
      }),
      { numRuns: Math.min(runs, 10_000) },
    );
  }, 600_000);
});
