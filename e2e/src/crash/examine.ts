import { expect } from "vitest";
import type { ChildService } from "./child-service.ts";
import { type Client, tokenWishes } from "./client.ts";
import { type DatabaseReport, reportDatabase } from "./database-report.ts";
import { fingerprint } from "./ledger.ts";

/** When each binding was registered, as it was first seen. */
export type Registrations = Map<string, number>;

/** After a crash and a restart: nothing acknowledged is lost, and nothing is half done. */
export async function examine(
  service: ChildService,
  clients: readonly Client[],
  seen: Registrations,
): Promise<void> {
  await service.maintain();
  const report = reportDatabase(service.databaseFile);
  expect(report.broken).toEqual([]);
  expectStable(report, seen);
  for (const client of clients) {
    doubtTokens(client);
    expectTokensKept(client, report);
    await expectTokensAlive(service, client, report);
    await expectBindingKept(client);
    await expectTokensKnown(client, report);
    await expectTokensWork(service, client);
  }
  const sum = (of: (client: Client) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  const acknowledged = sum(({ ledger }) => ledger.detaches);
  expect(report.detaches).toBeGreaterThanOrEqual(acknowledged);
  const unknown = sum(({ ledger }) => ledger.unknownDetaches);
  expect(report.detaches).toBeLessThanOrEqual(acknowledged + unknown);
}

/** I3: a binding keeps the time of its registration, and is never lost. */
function expectStable({ registeredAt }: DatabaseReport, seen: Registrations): void {
  for (const [id, at] of seen) expect(registeredAt.get(id)).toBe(at);
  for (const [id, at] of registeredAt) seen.set(id, at);
}

/** What was registered is bound as it was; what was in doubt is wholly done or not at all. */
async function expectBindingKept({ ledger, call, register }: Client): Promise<void> {
  const { bound, pending } = ledger;
  ledger.pending = undefined;
  const shown = await call("GET /v1/github/installation");
  if (bound !== undefined) {
    if (shown.status === 404 && pending?.kind === "detach") {
      ledger.bound = undefined;
      return;
    }
    expect(shown.body).toMatchObject(JSON.parse(bound) as object);
  } else if (pending?.kind === "register") {
    // The state is spent if and only if the binding exists: either way it can be posted again.
    const again = await register(pending.proven);
    if (ledger.isRival && again.status === 422) return;
    expect(again.status).toBe(201);
    if (shown.status === 200) expect(shown.body).toMatchObject(Object(again.body) as object);
    ledger.bound = again.text;
  } else expect(shown.status).toBe(404);
}

/** A detach that was under way may have revoked some tokens, whether it came to its end or not. */
function doubtTokens({ ledger: { pending, tokens } }: Client): void {
  if (pending?.kind !== "detach") return;
  for (const [token, state] of tokens) if (state === "live") tokens.set(token, "unknown");
}

/** A token that was handed out is in the database, and its issue in the audit log. */
function expectTokensKept({ ledger }: Client, { tokens, audited }: DatabaseReport): void {
  for (const [token, state] of ledger.tokens) {
    const hash = fingerprint(token);
    expect(audited).toContain(hash);
    expect(tokens.get(hash)).toBeDefined();
    if (state === "revoked") expect(tokens.get(hash)?.revoked).toBe(true);
  }
}

/** I6: what was revoked is dead at GitHub, and so is every token of a binding that has ended. */
async function expectTokensAlive(
  { sandbox }: ChildService,
  { ledger }: Client,
  { tokens }: DatabaseReport,
): Promise<void> {
  for (const [token, state] of ledger.tokens) {
    const record = tokens.get(fingerprint(token));
    const mayNotLive = state === "revoked" || record?.bindingEnded === true;
    if (!mayNotLive && state === "unknown") continue;
    expect(await isAlive(sandbox, token)).toBe(!mayNotLive);
  }
}

/** Every token that lives can still be revoked by its owner. Forgets them all. */
async function expectTokensKnown({ ledger, call }: Client, { tokens }: DatabaseReport) {
  for (const [token, state] of ledger.tokens) {
    const isOver = tokens.get(fingerprint(token))?.bindingEnded === true;
    if (state !== "live" || isOver) continue;
    const answer = await call("DELETE /v1/github/installation/token", { body: { token } });
    expect(answer.status).toBe(204);
    ledger.tokens.set(token, "revoked");
  }
}

/** What is handed out now works, whatever was being revoked when the service died. */
async function expectTokensWork({ sandbox }: ChildService, { ledger, call }: Client) {
  if (ledger.bound === undefined) return;
  for (const wish of tokenWishes) {
    const { status, body } = await call("POST /v1/github/installation/token", { body: wish });
    expect(status).toBe(201);
    const { token } = body as { token: string };
    expect(await isAlive(sandbox, token)).toBe(true);
    ledger.tokens.set(token, "live");
  }
}

async function isAlive({ apiUrl }: ChildService["sandbox"], token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, "user-agent": "crash" };
  const response = await fetch(`${apiUrl}/rate_limit`, { headers });
  await response.arrayBuffer();
  return response.status === 200;
}
