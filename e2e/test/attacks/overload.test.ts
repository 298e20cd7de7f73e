import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type BoundedServer, startBoundedServer } from "../../src/attacks/bounded-server.ts";
import { guessKey } from "../../src/attacks/keys.ts";
import { readNothing } from "../../src/attacks/slow-reader.ts";
import { fromNewAddress, startTarget, type Target } from "../../src/attacks/target.ts";
import { toBytes } from "../../src/attacks/wire.ts";
import { send } from "../../src/http.ts";
import { register } from "../../src/journey.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, transports } from "../../src/transports.ts";

const clients = Number(process.env["SLOW_CLIENTS"] ?? 200);
const guesses = Number(process.env["GUESSES"] ?? 1000);
const installUrls = Number(process.env["INSTALL_URLS"] ?? 300);

let now = Date.now() * 1000;
let busy = 0;
let target: Target;
beforeAll(async () => {
  target = await startTarget({ clock: () => now, loopDelay: () => busy });
});
afterEach(() => {
  busy = 0;
});
afterAll(() => target.connector[Symbol.asyncDispose]());

const read = "GET /v1/github/installation";

/** What a slow client sends at once, and what it goes on with. */
const slow: [what: string, first: (url: string) => string | Buffer, then: string][] = [
  ["headers", (url) => `${read} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`, "X-A: b\r\n"],
  [
    "a body",
    (url) =>
      toBytes(url, "POST /v1/github/installation", {
        headers: ["Content-Type: application/json"],
        body: "{".repeat(60_000),
      }).subarray(0, 300),
    "{",
  ],
  [
    "chunks",
    (url) =>
      toBytes(url, "POST /v1/github/installation", {
        headers: ["Content-Type: application/json", "Transfer-Encoding: chunked"],
      }),
    "1\r\n \r\n",
  ],
  ["nothing at all", () => "", ""],
];

/** Opens connections that send a little now and then until they are closed. */
function startSlowClients({ url }: BoundedServer, [, first, then]: (typeof slow)[number]) {
  const { hostname, port } = new URL(url);
  let closed = 0;
  const sockets: Socket[] = Array.from({ length: clients }, () => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      closed += 1;
    });
    socket.resume();
    socket.write(first(url));
    return socket;
  });
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable && then !== "") socket.write(then);
  }, 100);
  return {
    countClosed: () => closed,
    [Symbol.dispose]() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

const impatient = {
  headersTimeoutMs: 800,
  requestTimeoutMs: 800,
  idleTimeoutMs: 800,
  checkIntervalMs: 100,
};

describe("A202 H-02: clients that are slow", () => {
  test.each(slow)(
    "in sending %s are cut off, and nobody waits for them",
    async (...row) => {
      await using server = await startBoundedServer(target.connector, impatient);
      using crowd = startSlowClients(server, row);
      const { key } = target.victim;
      let served = 0;
      while (crowd.countClosed() < clients) {
        expect((await send(read, server.url, { key })).status).toBe(200);
        served += 1;
        await sleep(20);
      }
      expect(served).toBeGreaterThan(5);
      await vi.waitFor(async () => expect(await server.countConnections()).toBeLessThan(20));
    },
    30_000,
  );

  test("in reading are cut off, with what they have not read", async () => {
    await readNothing({ ...impatient, keepAliveTimeoutMs: 60_000 }, async (look) => {
      await vi.waitFor(async () => expect((await look()).owed).toBeGreaterThan(0), 10_000);
      await vi.waitFor(async () => expect((await look()).connections).toBe(0), 20_000);
    });
  }, 40_000);
});

describe("A203 H-02: connections without end", () => {
  test("beyond the bound are closed, and the place of one that leaves is given away", async () => {
    const maxConnections = 50;
    await using server = await startBoundedServer(target.connector, { maxConnections });
    const { hostname, port } = new URL(server.url);
    const sockets = Array.from({ length: 200 }, () => connect(Number(port), hostname));
    let closed = 0;
    for (const socket of sockets) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        closed += 1;
      });
      socket.resume();
    }
    await vi.waitFor(() => expect(closed).toBe(150), 5000);
    expect(await server.countConnections()).toBe(maxConnections);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => expect(await server.countConnections()).toBe(0), 5000);
    expect((await send(read, server.url, { key: target.victim.key })).status).toBe(200);
  });
});

describe("A034 K-12: somebody who guesses keys", () => {
  test("is refused before the database is asked, and disturbs nobody", async () => {
    const { connector, victim } = target;
    const lookups = vi.spyOn(connector.store.keys, "findByKeyId");
    const headers = fromNewAddress();
    const statuses = new Map<number, number>();
    for (let done = 0; done < guesses; done += 20) {
      const keys = Array.from({ length: 20 }, guessKey);
      const answers = await Promise.all(
        keys.map((key) => send(read, connector.url, { key, headers })),
      );
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(lookups.mock.calls.length).toBeLessThanOrEqual(20);
    lookups.mockRestore();
    expect(Object.fromEntries(statuses)).toEqual({ 401: 20, 429: guesses - 20 });
    const answer = await send(read, connector.url, { key: guessKey(), headers });
    expectRefusal(answer, "RATE_LIMITED");
    const others = { key: victim.key, headers: fromNewAddress() };
    expect((await send(read, connector.url, others)).status).toBe(200);
  }, 120_000);
});

describe("A205: install URLs without end", () => {
  test("leave a hundred that work, the newest ones", async () => {
    const { connector, attacker } = target;
    const returnUrl = "https://app.partner.example/cb";
    const path = `${read}/install-url?${new URLSearchParams({ returnUrl })}`;
    const states: string[] = [];
    for (let each = 0; each < installUrls; each++) {
      now += 1000;
      const { body } = await send(path, connector.url, { key: attacker.key });
      states.push((body as { state: string }).state);
    }
    const { organizationId } = attacker;
    const attempts = await connector.store.attempts.list({ organizationId }, 20_000);
    const live = attempts.filter(
      ({ status, expiresAt }) => status === "created" && expiresAt > now,
    );
    expect(live.length).toBeLessThanOrEqual(100);
    const statusOf = async (state = "") => {
      const query = new URLSearchParams({ state });
      const { body } = await send(`${read}/attempt?${query}`, connector.url, { key: attacker.key });
      return (body as { status: string }).status;
    };
    expect(await statusOf(states.at(-1))).toBe("created");
    expect(await statusOf(states[0])).toBe("expired");
  }, 120_000);
});

describe("A206 R-34: a service that is busy", () => {
  test.each(transports)("refuses over %s what can wait, and says when to come back", async (by) => {
    const { connector } = target;
    const { key } = await connector.addPartner({ tier: "standard" });
    busy = 1000;
    const call = { name: "keys.whoami", key };
    const { retryAfter } = expectRefusal(await callOver(by, connector, call), "UNAVAILABLE");
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    busy = 0;
    expect((await callOver(by, connector, call)).status).toBe(200);
  });

  test("goes on to bind, to detach and to say that it lives", async () => {
    const { connector, attacker, proof } = target;
    await connector.operator.setTier(attacker.apiKeyId, "standard");
    await sleep(1000);
    busy = 1000;
    const { key } = attacker;
    expectRefusal(await send(read, connector.url, { key }), "UNAVAILABLE");
    expect((await register(connector, attacker, proof)).status).toBe(201);
    const detach = "DELETE /v1/github/installation";
    expect((await send(detach, connector.url, { key })).status).toBe(200);
    for (const probe of ["/livez", "/readyz"])
      expect((await send(`GET ${probe}`, connector.url)).status).toBe(200);
  });

  test("lets one key have twenty calls under way, and others theirs", async () => {
    const { connector, victim, victimsInstallationId } = target;
    await connector.operator.setTier(victim.apiKeyId, "pilot");
    await sleep(1000);
    connector.sandbox.fault({
      match: { path: `/app/installations/${victimsInstallationId}/access_tokens` },
      kind: "latency",
      ms: 1500,
    });
    const mints = Array.from({ length: 30 }, (_, each) =>
      send("POST /v1/github/installation/token", connector.url, {
        key: victim.key,
        body: { permissions: { metadata: "read" }, minValiditySeconds: 60 + each },
      }),
    );
    await sleep(500);
    const other = await connector.addPartner({ tier: "standard" });
    expect((await send("GET /v1/whoami", connector.url, { key: other.key })).status).toBe(200);
    const statuses = (await Promise.all(mints)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });
});
