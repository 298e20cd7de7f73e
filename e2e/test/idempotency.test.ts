import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { type Answer, send } from "../src/http.ts";
import { connectInBrowser, type Proven } from "../src/journey.ts";
import { expectRefusal } from "../src/refusal.ts";
import { callOver, type Transport, transports } from "../src/transports.ts";
import { endFaults, githubCallsDuring } from "../src/upstream.ts";

let connector: Connector;
let partner: Partner;
let proven: Proven;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  proven = await connectInBrowser(connector, partner, {
    login: "globex-admin",
    account: "globex",
  });
});
afterEach(() => connector[Symbol.asyncDispose]());

const name = "github.registerInstallation";
interface Changes {
  readonly by?: Transport;
  readonly key?: string;
  readonly input?: Record<string, unknown>;
}
const register = (idempotencyKey: string, changes: Changes = {}): Promise<Answer> => {
  const { by = "REST", key = partner.key, input = { ...proven } } = changes;
  const headers = { "idempotency-key": idempotencyKey };
  return callOver(by, connector, { name, key, input, headers });
};
const isReplay = ({ headers }: Answer) => headers.get("idempotent-replayed");

describe("H-14: a registration with an Idempotency-Key", () => {
  test.each(transports)("is answered again over %s as it was, without GitHub", async (by) => {
    const first = await register("once", { by });
    expect({ status: first.status, replay: isReplay(first) }).toEqual({
      status: 201,
      replay: null,
    });
    const reached = await githubCallsDuring(connector, async () => {
      for (const transport of transports) {
        const again = await register("once", { by: transport });
        expect({ status: again.status, replay: isReplay(again), text: again.text }).toEqual({
          status: 201,
          replay: "true",
          text: first.text,
        });
      }
    });
    expect(reached).toEqual([]);
  });

  test("is answered as it was even when the truth has moved on", async () => {
    const first = await register("once");
    const { key } = partner;
    await callOver("REST", connector, { name: "github.detachInstallation", key });
    expect(await register("once")).toMatchObject({ status: 201, body: first.body });
    expect(
      (await callOver("REST", connector, { name: "github.getInstallation", key })).status,
    ).toBe(404);
  });

  test("is the same however its body is written", async () => {
    await register("once");
    const { state, installationId } = proven;
    const again = await send("POST /v1/github/installation", connector.url, {
      key: partner.key,
      headers: { "idempotency-key": "once" },
      body: `{ "state":  ${JSON.stringify(state)},\n "installationId": ${installationId} }`,
    });
    expect(isReplay(again)).toBe("true");
  });

  test.each(transports)("is refused over %s when the body is another", async (by) => {
    await register("once", { by });
    const input = { ...proven, state: "another-state-than-before" };
    const answer = await register("once", { by, input });
    expectRefusal(answer, "IDEMPOTENCY_CONFLICT");
    expect(isReplay(answer)).toBeNull();
    expect(isReplay(await register("once", { by }))).toBe("true");
  });

  test("is executed once when it comes two hundred times at a time", async () => {
    connector.sandbox.fault({ kind: "latency", ms: 50 });
    const answers: Answer[] = [];
    const reached = await githubCallsDuring(connector, async () => {
      const all = Array.from({ length: 200 }, (_, index) =>
        register("once", { by: transports[index % 3] ?? "REST" }),
      );
      answers.push(...(await Promise.all(all)));
    });
    expect(reached).toEqual([`GET /app/installations/${proven.installationId}`]);
    const executed = answers.filter((each) => each.status === 201 && isReplay(each) === null);
    expect(executed).toHaveLength(1);
    for (const answer of answers.filter((each) => !executed.includes(each)))
      if (answer.status === 409) expectRefusal(answer, "IDEMPOTENCY_CONFLICT");
      else
        expect({ text: answer.text, replay: isReplay(answer) }).toEqual({
          text: executed[0]?.text,
          replay: "true",
        });
    expect(await connector.store.bindings.list()).toHaveLength(1);
  });

  test("is forgotten after 24 hours", async () => {
    await register("once");
    connector.advance(86_390);
    expect(isReplay(await register("once"))).toBe("true");
    connector.advance(20);
    const later = await register("once");
    expect({ status: later.status, replay: isReplay(later) }).toEqual({
      status: 201,
      replay: null,
    });
  });
});

describe("a failure", () => {
  test("is not kept: the same key may try again", async () => {
    const { installationId } = proven;
    expectRefusal(await register("once", { input: { installationId } }), "VALIDATION");
    connector.sandbox.fault({ kind: "status", status: 500 });
    expectRefusal(await register("once"), "GITHUB_UNAVAILABLE");
    endFaults(connector);
    connector.sandbox.world.suspend("globex");
    expectRefusal(await register("once"), "VALIDATION");
    connector.sandbox.world.unsuspend("globex");
    const answer = await register("once");
    expect({ status: answer.status, replay: isReplay(answer) }).toEqual({
      status: 201,
      replay: null,
    });
  });

  test("of the process while it ran holds the key for a minute only", async () => {
    const bodyHash = createHash("sha256")
      .update(JSON.stringify({ installationId: proven.installationId, state: proven.state }))
      .digest();
    const id = { holder: partner.apiKeyId, operation: name, idempotencyKey: "once" };
    const createdAt = Date.now() * 1000;
    const expiresAt = createdAt + 60_000_000;
    await connector.store.idempotency.begin(id, { bodyHash, createdAt, expiresAt });
    expectRefusal(await register("once"), "IDEMPOTENCY_CONFLICT");
    connector.advance(61);
    expect((await register("once")).status).toBe(201);
  });
});

describe("an Idempotency-Key", () => {
  test("belongs to one credential", async () => {
    await register("once");
    const { organizationId } = partner;
    const sibling = await connector.addPartner({ organizationId });
    const stranger = await connector.addPartner();
    const bySibling = await register("once", { key: sibling.key });
    expect({ status: bySibling.status, replay: isReplay(bySibling) }).toEqual({
      status: 201,
      replay: null,
    });
    expectRefusal(await register("once", { key: stranger.key }), "VALIDATION");
  });

  test.each([
    ["is empty", ""],
    ["has 256 characters", "k".repeat(256)],
    ["is not ASCII", "schl\u00fcssel"],
    ["has a tab", "a\tb"],
  ])("is refused when it %s", async (_what, idempotencyKey) => {
    for (const by of transports) {
      const { issues } = expectRefusal(await register(idempotencyKey, { by }), "VALIDATION");
      expect(issues).toEqual([
        { path: "Idempotency-Key", message: "Must have 1 to 255 printable ASCII characters." },
      ]);
    }
    expect(await connector.store.bindings.list()).toEqual([]);
  });

  test("may have 255 characters, spaces among them", async () => {
    const key = `${"k".repeat(127)} ${"k".repeat(127)}`;
    expect((await register(key)).status).toBe(201);
    expect(isReplay(await register(key))).toBe("true");
  });

  test("never replays a token", async () => {
    await register("once");
    const { key } = partner;
    const headers = { "idempotency-key": "token" };
    const mint = (input: Record<string, unknown>) =>
      callOver("REST", connector, { name: "github.createToken", key, headers, input });
    const first = await mint({ permissions: { contents: "read" } });
    const other = await mint({ permissions: { metadata: "read" } });
    const again = await mint({ permissions: { contents: "read" } });
    expect([first, other, again].map(({ status }) => status)).toEqual([201, 201, 201]);
    expect([first, other, again].map(isReplay)).toEqual([null, null, null]);
    expect(other.body).not.toEqual(first.body);
  });

  test("says nothing on what only reads", async () => {
    const headers = { "idempotency-key": "k".repeat(300) };
    const answer = await send("GET /v1/whoami", connector.url, { key: partner.key, headers });
    expect({ status: answer.status, replay: isReplay(answer) }).toEqual({
      status: 200,
      replay: null,
    });
  });

  test("does not go with a batch", async () => {
    const { key } = partner;
    const headers = { "idempotency-key": "once" };
    const body = { 0: proven, 1: proven };
    const target = `POST /trpc/${name},${name}?batch=1`;
    const answer = await send(target, connector.url, { key, headers, body });
    expect(answer.status).toBe(400);
    const query = new URLSearchParams({ batch: "1", input: "{}" }).toString();
    const reads = `GET /trpc/keys.whoami,keys.whoami?${query}`;
    expect((await send(reads, connector.url, { key, headers })).status).toBe(400);
    expect(await connector.store.bindings.list()).toEqual([]);
  });
});

test("what is kept for a replay is encrypted, and holds no state", async () => {
  await register("once");
  const rows = await connector.store.idempotency.begin(
    { holder: partner.apiKeyId, operation: name, idempotencyKey: "once" },
    { bodyHash: Buffer.alloc(32), createdAt: 0, expiresAt: 1 },
  );
  expect(rows?.status).toBe(201);
  expect(rows?.body?.toString("latin1")).not.toMatch(/globex|installationId/);
});
