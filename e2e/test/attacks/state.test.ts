import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postBind, startTarget, type Target, unknownId } from "../../src/attacks/target.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { openDatabase } from "../../src/database.ts";
import { connectInBrowser, getInstallUrl, type Proven, register } from "../../src/journey.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { type Transport, transports } from "../../src/transports.ts";

let now = Date.now() * 1000;
let target: Target;
/** Of the attacker's own, bound already and detached. */
let spent: Proven;
let late: string;
beforeAll(async () => {
  target = await startTarget({ clock: () => now });
  const { connector, attacker } = target;
  late = (await getInstallUrl(connector, attacker)).state;
  spent = target.proof;
  await register(connector, attacker, spent);
  await fetch(`${connector.url}/v1/github/installation`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${attacker.key}` },
  });
  now += 15 * 60_000_000;
  target = { ...target, proof: await proveAcme(), freshState: await freshState() };
});
afterAll(() => target.connector[Symbol.asyncDispose]());

const proveAcme = () =>
  connectInBrowser(target.connector, target.attacker, {
    login: "octo-admin",
    account: "acme-coffee",
  });
const freshState = async () => (await getInstallUrl(target.connector, target.attacker)).state;

function claim(transport: Transport, input: Readonly<Record<string, unknown>>) {
  const { connector, attacker } = target;
  const request = { key: attacker.key, body: JSON.stringify(input) };
  return expectUnharmed(connector, () => postBind(transport, connector, request), {
    secrets: [String(input["state"])],
  });
}

const flip = (text: string) => text.replace(/.$/, (last) => (last === "A" ? "B" : "A"));

/** Everything that proves nothing, with the number of an installation. */
const claims: [id: string, what: string, claim: () => Proven][] = [
  ["A115", "an unknown state", () => ({ ...target.proof, state: "0".repeat(32) })],
  ["A115", "a letter changed", () => ({ ...target.proof, state: flip(target.proof.state) })],
  ["A115", "a NUL behind it", () => ({ ...target.proof, state: `${target.proof.state}\0` })],
  ["A115", "a NUL before it", () => ({ ...target.proof, state: `\0${target.proof.state}` })],
  ["A115", "a space before it", () => ({ ...target.proof, state: ` ${target.proof.state}` })],
  ["A115", "a line feed behind it", () => ({ ...target.proof, state: `${target.proof.state}\n` })],
  ["A115", "upper case", () => ({ ...target.proof, state: target.proof.state.toUpperCase() })],
  ["A115", "its first half", () => ({ ...target.proof, state: target.proof.state.slice(0, 16) })],
  ["A115", "it twice", () => ({ ...target.proof, state: target.proof.state.repeat(2) })],
  ["A115", "base64 padding", () => ({ ...target.proof, state: `${target.proof.state}=` })],
  ["A115", "escapes", () => ({ ...target.proof, state: `%${target.proof.state}` })],
  ["A115", "an SQL pattern", () => ({ ...target.proof, state: "%" })],
  ["A115", "an SQL condition", () => ({ ...target.proof, state: "' or 1=1 --" })],
  ["A115", "its digest", () => ({ ...target.proof, state: "f".repeat(64) })],
  ["A127", "a lone surrogate", () => ({ ...target.proof, state: "\ud800" })],
  [
    "A127",
    "a lone surrogate behind it",
    () => ({ ...target.proof, state: `${target.proof.state}\udfff` }),
  ],
  ["A127", "a mark that turns the text", () => ({ ...target.proof, state: "a\u202eb" })],
  ["A127", "a decomposed letter", () => ({ ...target.proof, state: "e\u0301" })],
  ["A127", "full-width letters", () => ({ ...target.proof, state: "\uff21\uff22" })],
  ["A112", "another organization's state", () => ({ ...target.proof, state: target.victimsState })],
  [
    "A112",
    "another's state for its own",
    () => ({ installationId: target.victimsInstallationId, state: target.victimsState }),
  ],
  ["A113", "a state that is over", () => ({ ...target.proof, state: late })],
  ["A115", "a state that has bound already", () => spent],
  ["A115", "a spent state for another", () => ({ ...spent, installationId: target.unclaimedId })],
  [
    "A118",
    "an installation nobody has",
    () => ({ installationId: target.unclaimedId, state: target.freshState }),
  ],
  [
    "A118",
    "the same with a proof of another",
    () => ({ ...target.proof, installationId: target.unclaimedId }),
  ],
  [
    "A119",
    "an installation of another organization",
    () => ({ installationId: target.victimsInstallationId, state: target.freshState }),
  ],
  [
    "A119",
    "the same with a proof of one's own",
    () => ({ ...target.proof, installationId: target.victimsInstallationId }),
  ],
  [
    "A119",
    "an installation that is not there",
    () => ({ installationId: unknownId, state: target.freshState }),
  ],
  [
    "A119",
    "the greatest number",
    () => ({ ...target.proof, installationId: Number.MAX_SAFE_INTEGER }),
  ],
];

const refusedBody = (transport: Transport) =>
  postBind(transport, target.connector, {
    key: target.attacker.key,
    body: JSON.stringify({ installationId: unknownId, state: "a-state-that-nobody-has" }),
  });

describe.each(transports)("a claim over %s", (transport) => {
  test.each(claims)("%s O-04 O-07 O-08: with %s is refused as every other", async (...row) => {
    const answer = await claim(transport, { ...row[2]() });
    expectRefusal(answer, "VALIDATION");
    expect(answer.text).toBe((await refusedBody(transport)).text);
  });
});

test("A119 O-07: a claim to any of a thousand numbers has one answer", async () => {
  const texts = new Set<string>();
  const { victimsInstallationId: near, freshState: state } = target;
  for (let each = -500; each < 500; each++)
    texts.add((await claim("REST", { installationId: near + each, state })).text);
  expect(texts.size).toBe(1);
}, 120_000);

test("A119 O-07: what was denied is in the audit log, with the number", async () => {
  const { connector, attacker, victimsInstallationId, freshState: state } = target;
  await claim("REST", { installationId: victimsInstallationId, state });
  const lines = await connector.store.audit.list(attacker, 1);
  expect(lines[0]).toMatchObject({
    action: "installation.claim_denied",
    target: String(victimsInstallationId),
    actor: attacker.apiKeyId,
  });
});

test("A112 O-04: a state that another tried is as good as before", async () => {
  const { connector, victim, attacker, victimsState } = target;
  const attempt = () => connector.store.attempts.list({ organizationId: victim.organizationId }, 9);
  const before = await attempt();
  await claim("REST", { installationId: unknownId, state: victimsState });
  expect(await attempt()).toEqual(before);
  expect(await connector.store.bindings.findActive(attacker.organizationId)).toBeUndefined();
});

test("A121 O-11: a state of another GitHub host is refused, and its callback too", async () => {
  const { connector, proof } = target;
  const database = openDatabase(connector);
  const setIssuer = (issuer: string) =>
    database.prepare("update attempts set issuer = ? where status = 'verified'").run(issuer);
  const [{ issuer: own } = { issuer: "" }] = await connector.store.attempts.list(
    { organizationId: target.attacker.organizationId },
    1,
  );
  setIssuer("github.evil.example");
  expectRefusal(await claim("REST", { ...proof }), "VALIDATION");
  const query = new URLSearchParams({ state: proof.state, installation_id: "1" }).toString();
  const page = await fetch(`${connector.url}/github/app/callback?${query}`, { redirect: "manual" });
  expect([page.status, page.headers.get("location"), page.headers.get("set-cookie")]).toEqual([
    200,
    null,
    null,
  ]);
  setIssuer(own);
  database.close();
});

describe("A113 O-02: a proof is good for fifteen minutes", () => {
  test.each([
    [0, 422],
    [1, 422],
    [-100_000, 201],
    [-1, 201],
  ])("and %i microseconds from that: %i", async (offset, status) => {
    const { connector, attacker } = target;
    const proven = await proveAcme();
    now += 15 * 60_000_000 + offset;
    const answer = await register(connector, attacker, proven);
    expect(answer.status).toBe(status);
    await fetch(`${connector.url}/v1/github/installation`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${attacker.key}` },
    });
  });
});
