import type { Outcome } from "@layers/contracts";
import { expect } from "vitest";
import { expectInvariants } from "../invariants.ts";
import type { Model } from "./model.ts";
import { type Expected, type ModelAttempt, type ModelToken, refused } from "./state.ts";
import { isActive, toFullView } from "./views.ts";
import type { World } from "./world.ts";

export function expectOutcome({ status, body }: Outcome, expected: Expected): void {
  const code: unknown = Reflect.get(Object(body), "code");
  expect({ status, code }).toEqual({ status: expected.status, code: expected.code });
  if (expected.body !== undefined) expect(body).toMatchObject(Object(expected.body));
}

/** Whatever can be seen of the service and of GitHub is as the model says, and the invariants hold. */
export async function expectSame(model: Model, world: World): Promise<void> {
  await expectInvariants(world);
  for (const organization of model.organizations) {
    const { text } = organization.key;
    const isAccepted = isKeyLive(model, organization);
    const outcome = await world.call("github.getInstallation", text);
    const shown = model.shown(organization);
    if (!isAccepted) expectOutcome(outcome, refused("UNAUTHENTICATED"));
    else if (!shown) expectOutcome(outcome, refused("NOT_FOUND"));
    else
      expect({ ...outcome, headers: {} }).toEqual({
        ok: true,
        status: 200,
        headers: {},
        body: toFullView(shown),
      });
  }
  for (const attempt of model.attempts)
    if (isKeyLive(model, attempt.organization)) await expectSameAttempt(model, world, attempt);
  await expectSameTokens(model, world);
}

export const isKeyLive = (
  model: Model,
  { suspended, key }: Model["organizations"][number],
): boolean => !suspended && !model.revokedKeys.has(key.apiKeyId);

async function expectSameAttempt(model: Model, world: World, attempt: ModelAttempt) {
  const { organization, state, installationId, expiresAt } = attempt;
  const isExpired = model.isExpired(attempt);
  const { body } = await world.call("github.getInstallAttempt", organization.key.text, { state });
  expect(body).toMatchObject({
    status: isExpired ? "expired" : attempt.status,
    expiresAt: new Date(expiresAt).toISOString(),
  });
  const reason = isExpired ? "expired" : attempt.reason;
  expect(Object(body)).toEqual(
    expect.objectContaining({
      ...(reason && { reason }),
      ...(installationId !== undefined && { installationId }),
    }),
  );
}

/** Tokens that have been seen dead, and that nothing brings back. */
const buried = new WeakSet<ModelToken>();

async function expectSameTokens(model: Model, world: World): Promise<void> {
  for (const token of model.tokens) {
    const expected = model.isAlive(token);
    if (token.text === undefined || buried.has(token)) continue;
    expect(await world.isAlive(token.text)).toBe(expected);
    // Invariant 6: no token outlives its binding, but for one that could not be revoked.
    if (expected && !isActive(token.binding)) expect(token.escaped).toBe(true);
    if (model.isOver(token)) buried.add(token);
  }
}
