import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { expectInvariants } from "../src/invariants.ts";
import {
  bindAcme,
  connectInBrowser,
  getInstallUrl,
  installInBrowser,
  type Proven,
  register,
} from "../src/journey.ts";

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
});
afterEach(async () => {
  await expectInvariants(connector);
  await connector[Symbol.asyncDispose]();
});

const proveAcme = (who = partner): Promise<Proven> =>
  installInBrowser(connector, who, { login: "octo-admin", account: "acme-coffee" });
const proveAcmeAgain = (who: Partner): Promise<Proven> =>
  connectInBrowser(connector, who, { login: "octo-admin", account: "acme-coffee" });
const proveGlobex = (who = partner): Promise<Proven> =>
  connectInBrowser(connector, who, { login: "globex-admin", account: "globex" });
const call = (target: string, body?: unknown, who = partner) =>
  send(target, connector.url, { key: who.key, body });

describe("registering", () => {
  test("O-05: the same installation again changes nothing and does not ask GitHub", async () => {
    const proven = await proveAcme();
    const first = await register(connector, partner, proven);
    const asked = connector.sandbox.requests().length;
    const again = await register(connector, partner, { ...proven, state: "anything at all" });
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    expect(connector.sandbox.requests()).toHaveLength(asked);
  });

  test("another installation is a conflict until the first is detached, and costs no state", async () => {
    await bindAcme(connector, partner);
    const proven = await proveGlobex();
    expect(await register(connector, partner, proven)).toMatchObject({
      status: 409,
      body: { code: "CONFLICT" },
    });
    await call("DELETE /v1/github/installation");
    expect((await register(connector, partner, proven)).status).toBe(201);
  });

  test("O-07: what is not proven has one answer, whatever the reason", async () => {
    const stranger = await connector.addPartner();
    const foreign = await proveAcme(stranger);
    await register(connector, stranger, foreign);
    const live = await proveGlobex(await connector.addPartner());
    const fresh = await getInstallUrl(connector, partner);
    const late = await proveGlobex();
    connector.advance(15 * 60);
    const ids = [foreign.installationId, 50291001, 999_999];
    const states = ["unknown-state-0123456789", foreign.state, live.state, fresh.state, late.state];
    const answers = new Set<string>();
    for (const state of states)
      for (const installationId of ids)
        answers.add((await register(connector, partner, { state, installationId })).text);
    expect(answers.size).toBe(1);
    expect(JSON.parse([...answers][0] ?? "")).toMatchObject({
      code: "VALIDATION",
      fieldErrors: { state: expect.any(String) },
    });
  });

  test("A118 O-08: asks GitHub nothing about an installation that is not proven", async () => {
    const { state } = await getInstallUrl(connector, partner);
    const before = connector.sandbox.requests().length;
    await register(connector, partner, { state, installationId: 50291001 });
    expect(connector.sandbox.requests()).toHaveLength(before);
  });

  test("O-02: a proof is good for fifteen minutes, to the second", async () => {
    const proven = await proveGlobex();
    connector.advance(15 * 60 - 3);
    expect((await register(connector, partner, proven)).status).toBe(201);
    await call("DELETE /v1/github/installation");
    const late = await proveGlobex();
    connector.advance(15 * 60);
    expect((await register(connector, partner, late)).status).toBe(422);
  });

  test("an installation that was suspended or removed after its proof is refused", async () => {
    const proven = await proveAcme();
    connector.sandbox.world.suspend("acme-coffee");
    expect((await register(connector, partner, proven)).status).toBe(422);
    connector.sandbox.world.uninstall("acme-coffee");
    expect((await register(connector, partner, proven)).status).toBe(422);
  });

  test("an installation belongs to the organization that was first", async () => {
    const other = await connector.addPartner();
    const mine = await proveAcme();
    const theirs = await proveAcmeAgain(other);
    expect((await register(connector, partner, mine)).status).toBe(201);
    expect((await register(connector, other, theirs)).status).toBe(422);
    await call("DELETE /v1/github/installation");
    expect((await register(connector, other, theirs)).status).toBe(201);
  });

  test("O-03: a state binds once", async () => {
    const proven = await bindAcme(connector, partner);
    await call("DELETE /v1/github/installation");
    expect((await register(connector, partner, proven)).status).toBe(422);
  });
});

describe("races", () => {
  test("A218 O-05: 500 parallel registrations of two installations make exactly one binding", async () => {
    const proofs = [await proveAcme(), await proveGlobex()];
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, each) =>
        register(connector, partner, proofs[each % 2] as Proven),
      ),
    );
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect(new Set(statuses.keys())).toEqual(new Set([201, 409]));
    expect(statuses.get(201)).toHaveLength(250);
    const bodies = new Set(statuses.get(201)?.map(({ text }) => text));
    expect(bodies.size).toBe(1);
    expect(await connector.store.bindings.list()).toHaveLength(1);
  });

  test("two organizations that race for one installation: one gets it", async () => {
    const other = await connector.addPartner();
    const proofs = [await proveAcme(), await proveAcmeAgain(other)] as const;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, each) =>
        register(connector, each % 2 ? other : partner, proofs[each % 2 ? 1 : 0]),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([201, 422]));
    expect(await connector.store.bindings.list()).toHaveLength(1);
  });

  test("no token outlives a detach, whenever it was minted", async () => {
    for (let round = 0; round < 10; round++) {
      await bindOrReuse();
      const minting = Array.from({ length: 5 }, (_, each) =>
        call("POST /v1/github/installation/token", {
          permissions: { contents: each % 2 ? "read" : "write" },
        }),
      );
      const [detached, ...minted] = await Promise.all([
        call("DELETE /v1/github/installation"),
        ...minting,
      ]);
      expect(detached.status).toBe(200);
      for (const { body } of minted) expect(await isAlive(body)).toBe(false);
    }
  });
});

async function bindOrReuse() {
  const installed = connector.sandbox.world.installation("acme-coffee");
  const proven = installed ? await proveAcmeAgain(partner) : await proveAcme();
  expect((await register(connector, partner, proven)).status).toBe(201);
}

async function isAlive(body: unknown): Promise<boolean> {
  const token: unknown = Reflect.get(Object(body), "token");
  if (typeof token !== "string") return false;
  const { status } = await fetch(`${connector.sandbox.apiUrl}/installation/repositories`, {
    headers: { authorization: `Bearer ${token}`, "user-agent": "test" },
  });
  return status === 200;
}

describe("detaching", () => {
  test("leaves the App installed, and can uninstall it too", async () => {
    await bindAcme(connector, partner);
    expect(await call("DELETE /v1/github/installation")).toMatchObject({
      status: 200,
      body: { installationId: 50291845, status: "detached" },
    });
    expect(connector.sandbox.world.installation("acme-coffee")).toBeDefined();
    expect((await call("DELETE /v1/github/installation")).status).toBe(404);

    await register(connector, partner, await proveAcmeAgain(partner));
    expect(await call("DELETE /v1/github/installation?uninstall=true")).toMatchObject({
      body: { status: "uninstalled" },
    });
    expect(connector.sandbox.world.installation("acme-coffee")).toBeUndefined();
    expect((await call("GET /v1/github/installation")).status).toBe(404);
  });

  test("changes nothing when GitHub cannot be reached for the tokens", async () => {
    await bindAcme(connector, partner);
    await call("POST /v1/github/installation/token", { permissions: { contents: "read" } });
    connector.sandbox.fault({
      match: { path: "/installation/token" },
      kind: "status",
      status: 500,
    });
    expect((await call("DELETE /v1/github/installation")).status).toBe(502);
    expect((await call("GET /v1/github/installation")).status).toBe(200);
    connector.sandbox.fault([]);
    expect((await call("DELETE /v1/github/installation")).status).toBe(200);
  });
});

test("K-03 O-02 G-01: nothing in the database tells a state, a token or a key", async () => {
  const proven = await bindAcme(connector, partner);
  const { body } = await call("POST /v1/github/installation/token", {});
  const dump = readFileSync(connector.databaseFile, "latin1");
  const wal = readFileSync(`${connector.databaseFile}-wal`, "latin1");
  const { token } = body as { token: string };
  const keySecret = partner.key.split("_").at(-1) ?? "";
  for (const secret of [proven.state, token, token.slice(4), keySecret])
    expect((dump + wal).includes(secret)).toBe(false);
});
